// `npm run test:electron`: the extension in a desktop VS Code, which is downloaded for it. Not a part of
// `npm test`, because it needs the network and a display; there VS Code's own server runs the same tests.
import { build, install, isInstalled } from './installation.mjs';
import { runFile } from './project.mjs';
import { pack, vsixPath } from './vsix.mjs';

async function step(action) {
  const { code, output } = await action();
  if (code === 0) return;
  console.error(output.trim());
  process.exit(1);
}

if (!isInstalled()) await step(install);
await step(build);
await step(pack);
process.env.RELAYCORE_TEST_VSIX = vsixPath();
const { code, output } = await runFile(['test/ide/electron.ts'], { timeLimitMs: 1_800_000 });
console.log(output.trim());
process.exitCode = code;
