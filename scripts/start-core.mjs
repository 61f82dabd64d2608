// `npm start`: runs the core on its embedded defaults, with the built-in demo provider and whatever keys
// the environment has, and says how to use it. Arguments after `--` go to `relaycore serve`. Ctrl-C stops
// the core cleanly, and so does the end of npm.
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { hasDesktop, openPage } from './desktop.mjs';
import { whenNpmHasGone } from './npm-parent.mjs';
import { fail } from './prepare-step.mjs';
import { childEnvironment, isWindows, nodeBinary, root, runFile } from './project.mjs';
import { obtainToken } from './quick-start-token.mjs';

const COMMAND_LINE = 'proxy-core/bin/relaycore.js';
const serveArguments = process.argv.slice(2);

/** The value of an option, as `--name value` or `--name=value`; null where it is not given. */
function optionOf(name) {
  const index = serveArguments.findLastIndex(
    (argument) => argument === name || argument.startsWith(`${name}=`),
  );
  if (index === -1) return null;
  const argument = serveArguments[index];
  return argument === name ? (serveArguments[index + 1] ?? '') : argument.slice(name.length + 1);
}

/** `--data-dir` names the core that is meant: each command gets it. */
async function runCommand(parameters) {
  const dataDir = optionOf('--data-dir');
  const shared = dataDir === null ? [] : ['--data-dir', dataDir];
  return runFile([COMMAND_LINE, ...parameters, ...shared]);
}

/** As the core finds it, which runs in the repository's folder. */
function dataFolder() {
  const named = optionOf('--data-dir') ?? process.env.RELAYCORE_HOME ?? '';
  return named === '' ? join(homedir(), '.relaycore') : resolve(root, named);
}

async function clientToken() {
  const obtained = await obtainToken(runCommand, dataFolder());
  if (obtained.failure !== undefined) fail('No client token could be made.', obtained.failure);
  return obtained;
}

/** Starts the core in a process group of its own, so that Ctrl-C reaches it once, from here. */
function serve() {
  const core = spawn(nodeBinary(), [join(root, COMMAND_LINE), 'serve', ...serveArguments], {
    cwd: root,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: !isWindows,
  });
  // The first signal lets streams run out, a second one does not wait for them.
  const stop = () => core.kill(core.killed ? 'SIGKILL' : 'SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  whenNpmHasGone(stop);
  core.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGTERM' ? 0 : 1)));
  return core;
}

/** The first line of JSON that the core prints: `{url, pid, …}`. */
function readyLine(core) {
  return new Promise((settle) => {
    createInterface({ input: core.stdout }).on('line', (line) => {
      if (line.startsWith('{')) settle(JSON.parse(line));
      else console.log(line);
    });
  });
}

/** Address of the page with its one-time ticket; without the ticket when the core hands none out. */
async function pageUrl(coreUrl) {
  const { code, stdout } = await runCommand(['ui', '--json']);
  return code === 0 ? JSON.parse(stdout).url : `${coreUrl}/ui`;
}

/** What Ctrl-C does depends on whose core it is. */
function describeEnd(isAttached) {
  if (!isAttached) return 'Ctrl-C stops RelayCore.';
  const port = optionOf('--port') === null ? '' : ' --port is ignored.';
  return `A core was running already for this data folder, and this is its address.${port}
This \`npm start\` waits beside it and takes over when that one ends; Ctrl-C ends only this \`npm start\`.`;
}

function printGuide({ url, page, isAttached, client }) {
  const { name, file, token } = client;
  const body = '{"model":"demo","temperature":0,"messages":[{"role":"user","content":"Hello"}]}';
  const quote = isWindows ? `"${body.replaceAll('"', '\\"')}"` : `'${body}'`;
  const dataDir = optionOf('--data-dir');
  const shared = dataDir === null ? '' : ` --data-dir ${dataDir}`;
  const kept =
    file === null
      ? 'it could not be kept, the next start makes another'
      : `the same at each start, kept in ${file}`;
  console.log(`
RelayCore is running at ${url}

  Page    ${page}
          (good once, for a minute; a new one: npx --no-install relaycore ui${shared})
  Token   ${token}
          (a client token named ${name}; ${kept})
  Try     curl -i ${url}/v1/chat/completions -H "Authorization: Bearer ${token}" -H "Content-Type: application/json" -d ${quote}

The model "demo" answers without a key. Try it twice: the second answer comes from the cache.
Point an assistant at it: base URL ${url}/v1 (OpenAI) or ${url} (Anthropic), the token as its key.
${describeEnd(isAttached)}
`);
}

/** Resolves when the core serves and the user knows; the core runs on. */
export async function startCore() {
  const client = await clientToken();
  const core = serve();
  const { url, attached: isAttached } = await readyLine(core);
  const page = await pageUrl(url);
  printGuide({ url, page, isAttached, client });
  if (hasDesktop()) openPage(page);
}
