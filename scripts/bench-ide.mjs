// `npm run bench:ide`: the benchmark in test/bench/ide, with all that it needs: bundles, the packed
// extension, VS Code's own server, a browser.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, isBuilt, isInstalled } from './installation.mjs';
import { prerequisites } from './prerequisites.mjs';
import { childEnvironment, nodeBinary, root } from './project.mjs';

const isHelp = process.argv.some((parameter) => ['--help', '-h'].includes(parameter));

function fail(reason) {
  console.error(reason);
  process.exit(1);
}

async function step(action) {
  const { code, output } = await action();
  if (code !== 0) fail(output.trim());
}

async function prepare() {
  if (!isInstalled()) await step(install);
  if (!isBuilt()) await step(build);
  for (const name of ['vsix', 'chromium', 'vscode']) {
    const { variable, prepare: find } = prerequisites[name];
    const { value, reason } = await find();
    if (value === undefined) fail(`The benchmark needs ${name}: ${reason}`);
    process.env[variable] = value;
  }
}

if (!isHelp) await prepare();
const command = [join(root, 'test/bench/ide/main.ts'), ...process.argv.slice(2)];
const bench = spawn(nodeBinary(), command, {
  cwd: root,
  env: childEnvironment(),
  stdio: 'inherit',
});
// It ends what it has started; Ctrl-C reaches it by itself.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => bench.kill('SIGTERM'));
bench.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
