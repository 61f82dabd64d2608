// RelayCore with everything on: token, ledger, metering, and the cache looked up wherever it may be.

import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCore, type RunningCore } from '../../support/run-core.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { PeerUnavailable, type Peer, type PeerSetting, type StartPeer } from './peer.ts';

export interface RelaycorePeer extends Peer {
  readonly core: RunningCore;
}

export const startRelaycore: StartPeer = (setting) => startRelaycoreOn(setting, () => undefined);

/** `prepare` gets the empty data folder before the core starts. */
export async function startRelaycoreOn(
  setting: PeerSetting,
  prepare: (dataDir: string) => void | Promise<void>,
): Promise<RelaycorePeer> {
  const folder = temporaryFolder('bench');
  // A file: a minute of a benchmark's logs is more than a pipe's reader should have to hold.
  const logPath = join(folder.path, 'stderr.log');
  const log = openSync(logPath, 'w');
  try {
    await prepare(folder.path);
    const core = await runCore({
      config: {
        providers: {
          openai: {
            baseUrl: `http://127.0.0.1:${setting.upstreamPort}/v1`,
            apiKey: { env: 'OPENAI_API_KEY' },
          },
        },
        cache: { enabled: true },
      },
      dataDir: folder.path,
      prefix: setting.prefix,
      stderrFile: log,
      env: profileEnvironment(setting),
    });
    const token = await core.createClientToken('bench');
    return {
      name: 'relaycore',
      target: {
        port: Number(new URL(core.url).port),
        headers: { authorization: `Bearer ${token}` },
      },
      pid: core.pid,
      version: 'this tree',
      core,
      stop: async () => {
        await core.stop();
        folder.remove();
      },
    };
  } catch (error) {
    const logged = readFileSync(logPath, 'utf8').slice(-1_000);
    folder.remove();
    const message = `RelayCore does not start: ${String(error)}${logged}`;
    throw new PeerUnavailable(message, { cause: error });
  } finally {
    closeSync(log);
  }
}

/** By environment, because that reaches the worker threads too, whatever arguments they are started with. */
function profileEnvironment({ profileFolder }: PeerSetting): Record<string, string> {
  if (profileFolder === undefined) return {};
  const preload = new URL('../profile-thread.ts', import.meta.url).href;
  return { NODE_OPTIONS: `--import=${preload}`, RELAYCORE_BENCH_PROFILES: profileFolder };
}
