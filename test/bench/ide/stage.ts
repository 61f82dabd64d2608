// A VS Code with RelayCore installed as users get it, a browser to open windows of it, and a provider in
// a process of its own.
import { openBrowser, type OpenBrowser } from '../../browser/open-browser.ts';
import { newestEdition, packedExtension } from '../../ide/editor/edition.ts';
import { startEditorServer, type EditorServer } from '../../ide/editor/editor-server.ts';
import { openEditorWindow, type EditorWindow } from '../../ide/editor/editor-window.ts';
import { createRelayHome, type RelayHome } from '../../ide/editor/relay-home.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startHelper, type HelperProcess } from '../helper-process.ts';
import { buildProbe } from './probe/build-probe.ts';
import { portVariable } from './probe/messages.ts';
import { startProbeServer, type Probe, type ProbeServer } from './probe/probe-server.ts';

/** A client's own key passes through, so that nothing has to be set up. */
export const clientKey = 'sk-bench-of-the-client';

const probeTimeoutMs = 90_000;

export interface Stage {
  readonly home: RelayHome;
  readonly server: EditorServer;
  openWindow(workspace: string): Promise<EditorWindow>;
  /** With the probe in its extension host; resolves when the probe is there, before the extension need be. */
  openProbedWindow(workspace: string): Promise<ProbedWindow>;
  close(): Promise<void>;
}

export interface ProbedWindow {
  readonly probe: Probe;
  /** Resolves when the extension shows itself in the status bar. */
  readonly opened: Promise<EditorWindow>;
}

export async function openStage(): Promise<Stage> {
  const closing: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closing.toReversed()) await each();
  };
  const keep = <Value>(value: Value, end: (value: Value) => unknown): Value => {
    closing.push(() => end(value));
    return value;
  };
  try {
    const upstream = keep(await startUpstream(), ({ stop }) => stop());
    const home = keep(await createRelayHome(configFor(upstream)), ({ remove }) => remove());
    const probeFolder = keep(temporaryFolder('bench-probe'), ({ remove }) => remove());
    await buildProbe(probeFolder.path);
    const probes = keep(await startProbeServer(), (server) => server.close());
    const server = keep(
      await startEditorServer(newestEdition(), {
        dataHome: home.path,
        vsix: packedExtension(),
        env: { [portVariable]: String(probes.port) },
        // Else VS Code loads no extension in development, which the probe is.
        runsTestsInside: true,
      }),
      ({ stop }) => stop(),
    );
    const browser = keep(await openBrowser(), (opened) => opened.close());
    const openProbedWindow = createProbedWindows({ server, browser, probes }, probeFolder.path);
    return {
      home,
      server,
      openProbedWindow,
      openWindow: (name) => openEditorWindow(browser, server, { folder: server.workspace(name) }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export function startUpstream(): Promise<HelperProcess> {
  return startHelper('upstream.ts', []);
}

export function upstreamUrl(upstream: HelperProcess): string {
  return `http://127.0.0.1:${String(upstream.hello['port'])}`;
}

function configFor(upstream: HelperProcess): Record<string, unknown> {
  // No key in it: the client's own goes through.
  return { providers: { openai: { baseUrl: `${upstreamUrl(upstream)}/v1` } } };
}

function createProbedWindows(
  stage: { server: EditorServer; browser: OpenBrowser; probes: ProbeServer },
  probeFolder: string,
): Stage['openProbedWindow'] {
  const { server, browser, probes } = stage;
  const development = `vscode-remote://${new URL(server.url).host}${probeFolder}`;
  return async (workspace) => {
    const coming = probes.next(probeTimeoutMs);
    const opened = openEditorWindow(browser, server, {
      folder: server.workspace(workspace),
      payload: [['extensionDevelopmentPath', development]],
    });
    // Whoever waits for it hears of its failure; the probe comes before.
    opened.catch(() => undefined);
    return { probe: await coming, opened };
  };
}
