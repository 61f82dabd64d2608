// The core by way of proxy-core's composition: it leads in this process, follows another one, or sees to
// a daemon, and tries again by itself. This module is heavy; it is loaded when the core starts.
import { connectBridge } from '@relaycore/bridge/client';
import {
  startCore,
  type Core,
  type CoreState as HostState,
} from '@relaycore/proxy-core/composition';
import type { KeyRecord } from '../secrets/provider-keys.ts';
import type { BackendState, CoreBackend } from './backend.ts';
import type { HostMode } from './host-mode.ts';

export interface OwnCoreOptions {
  readonly mode: HostMode;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the editor, such as `Visual Studio Code`. */
  readonly editorName: string;
  /** Of the extension. */
  readonly version: string;
  /** Takes the core's log. */
  readonly logStream: NodeJS.WritableStream;
  /** What this IDE offers; in its own core it is there from the first request on. */
  readonly secrets: {
    list(): Promise<readonly KeyRecord[]>;
    onChange(listener: () => void): () => void;
  };
  onFault(error: unknown): void;
}

const waitForCoreMs = 5_000;

/** Resolves at once; how it stands, its state tells. */
export async function startOwnCore(options: OwnCoreOptions): Promise<CoreBackend> {
  const { mode, environment, editorName, version, logStream, onFault } = options;
  const core = await startCore({
    environment,
    version,
    dataDir: null,
    configFile: null,
    portOverride: null,
    useEnvironment: false,
    host: { kind: 'vscode', name: editorName },
    stderr: logStream,
    keepsTrying: true,
    asDaemon: mode === 'daemon',
  });
  const stopOffering = offerSecrets(core, options);
  return {
    get state() {
      return backendState(core.state);
    },
    onState: (listener) => core.onChange((state) => listener(backendState(state))),
    connect() {
      const client = connectBridge({
        onFault,
        waitForCoreMs,
        dataDir: core.dataDir,
        bridgePort: () => core.bridgePort(),
        client: { kind: 'vscode', name: editorName, version },
      });
      // No use in waiting for the next attempt where a core has just come.
      const stop = core.onChange(({ kind }) => {
        if (kind === 'leading' || kind === 'attached') client.retry();
      });
      client.onState((state) => {
        if (state === 'closed') stop();
      });
      return client;
    },
    async close() {
      stopOffering();
      await core.close();
    },
  };
}

/** So that the core has them before anybody can ask, when this process comes to lead. */
function offerSecrets(core: Core, { secrets, onFault }: OwnCoreOptions): () => void {
  const offer = async (): Promise<void> => {
    try {
      core.offerSecrets(await secrets.list());
    } catch (error) {
      onFault(error);
    }
  };
  void offer();
  return secrets.onChange(() => void offer());
}

function backendState(state: HostState): BackendState {
  switch (state.kind) {
    case 'starting':
      return { kind: 'starting' };
    case 'leading':
      return { kind: 'leading', url: state.url };
    case 'attached':
      return { kind: 'attached', url: state.url, leader: state.leader };
    case 'restarting':
      return { kind: 'restarting', reason: state.message };
    case 'hung':
      return { kind: 'hung', leader: state.leader, reason: state.message };
    case 'failed':
      return { kind: 'failed', reason: state.message };
    case 'closed':
      return { kind: 'stopped' };
  }
}
