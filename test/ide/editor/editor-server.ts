// VS Code's own server, with nothing of the machine's user in it. Each window that a browser opens on it
// has an extension host of its own, as on the desktop.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonBody } from '../../support/builders.ts';
import { startChild, type RunningChild } from '../../support/child-process.ts';
import { freePort } from '../../support/free-port.ts';
import { testEnvironment } from '../../support/run-core.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import type { Edition } from './edition.ts';

export interface EditorServer {
  readonly edition: Edition;
  readonly url: string;
  /** Of the server; extension hosts are its children. */
  readonly pid: number;
  /** Where the installed extension stands unpacked; throws when none was installed. */
  readonly extensionFolder: string;
  /** An empty folder to open, by name; made on first use. */
  workspace(name: string): string;
  /** What the server and the extension hosts wrote to their consoles. */
  output(): string;
  stop(): Promise<void>;
}

export interface EditorServerOptions {
  /** `RELAYCORE_HOME` of the extension hosts. */
  readonly dataHome: string;
  /** Installed the way a user does it, before the start. Null: none. */
  readonly vsix: string | null;
  /** Added to the user's settings. */
  readonly settings?: JsonBody;
  readonly env?: Readonly<Record<string, string>>;
  /** VS Code calls `extensionTestsPath` only so, and then shows no notification but errors. Default false. */
  readonly runsTestsInside?: boolean;
}

/** Keeps the workbench quiet and off the network; the rest is as VS Code comes. */
const quietSettings: JsonBody = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  // Nothing moves while a test looks.
  'workbench.reduceMotion': 'on',
  'window.autoDetectColorScheme': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  // A second extension host, in the browser, that no extension of these tests needs.
  'extensions.webWorker': false,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
};

const alwaysArguments = [
  '--accept-server-license-terms',
  ...['--telemetry-level', 'off'],
  '--disable-workspace-trust',
];

/** Resolves when the server answers; a minute at most, since a busy machine is slow to start it. */
export async function startEditorServer(
  edition: Edition,
  options: EditorServerOptions,
): Promise<EditorServer> {
  const folder = temporaryFolder('ide-server');
  const data = join(folder.path, 'data');
  const extensions = join(folder.path, 'extensions');
  const settings = { ...quietSettings, ...options.settings };
  mkdirSync(join(data, 'data/User'), { recursive: true });
  writeFileSync(join(data, 'data/User/settings.json'), JSON.stringify(settings, null, 2));
  const env = testEnvironment({
    HOME: join(folder.path, 'home'),
    RELAYCORE_HOME: options.dataHome,
    OPENAI_API_KEY: undefined,
    ANTHROPIC_API_KEY: undefined,
    ...options.env,
  });
  const start = (parameters: readonly string[]): RunningChild => {
    const folders = ['--server-data-dir', data, '--extensions-dir', extensions];
    const command = [edition.node, edition.serverMain, ...alwaysArguments, ...folders];
    return startChild([...command, ...parameters], { env });
  };
  if (options.vsix !== null) await install(start, options.vsix);
  const port = await freePort();
  const address = ['--host', '127.0.0.1', '--port', String(port)];
  const driver = options.runsTestsInside === true ? ['--enable-smoke-test-driver'] : [];
  const server = start([...address, '--without-connection-token', ...driver]);
  const url = `http://127.0.0.1:${port}`;
  await until('VS Code’s server', () => isAnswering(url, server), 60_000);
  return {
    edition,
    url,
    pid: server.pid,
    get extensionFolder() {
      if (options.vsix === null) throw new Error('No extension was installed.');
      return installedExtension(extensions);
    },
    workspace: (name) => workspaceFolder(join(folder.path, 'workspaces', name)),
    output: () => server.stdout() + server.stderr(),
    async stop() {
      await server.stop();
      folder.remove();
    },
  };
}

async function install(
  start: (parameters: readonly string[]) => RunningChild,
  vsix: string,
): Promise<void> {
  const installer = start(['--install-extension', vsix]);
  const { code } = await installer.exited;
  if (code !== 0 || !installer.stdout().includes('successfully installed')) {
    throw new Error(`--install-extension failed: ${installer.stdout()}${installer.stderr()}`);
  }
}

async function isAnswering(url: string, server: RunningChild): Promise<boolean> {
  if (server.child.exitCode !== null) {
    throw new Error(`VS Code's server ended: ${server.stdout()}${server.stderr()}`);
  }
  return (await fetch(`${url}/version`)).ok;
}

function installedExtension(extensions: string): string {
  const name = readdirSync(extensions).find((entry) => entry.startsWith('relaycore.relaycore-'));
  if (name === undefined) throw new Error(`The extension is not in ${extensions}.`);
  return join(extensions, name);
}

function workspaceFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
