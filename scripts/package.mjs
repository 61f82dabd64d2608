// `npm run package`: builds everything and packs the VS Code extension as dist/relaycore-VERSION.vsix.
import { statSync } from 'node:fs';
import { build, install, isInstalled } from './installation.mjs';
import { pack, vsixPath } from './vsix.mjs';

async function step(what, action) {
  console.log(`${what} …`);
  const { code, output } = await action();
  if (code === 0) return;
  console.error(`${output.trim()}\n\n${what} failed.`);
  process.exit(1);
}

if (!isInstalled()) await step('Installing the dependencies', install);
await step('Building', build);
await step('Packing', pack);
console.log(`${vsixPath()}  ${(statSync(vsixPath()).size / 1024).toFixed(0)} KB`);
