import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { protocolVersion, type Instance } from '../contract/instance.ts';
import type { RelayWorkerData } from '../workers/protocol.ts';
import { readBootId } from './boot-id.ts';
import { loadControlToken } from './control-token.ts';
import { CoreWorkers, type CoreWorkersOptions, type Listening } from './core-workers.ts';
import type { DataHome } from './data-home.ts';
import { removeInstance, writeInstance } from './instance-file.ts';
import type { LeaderLock } from './leader-lock.ts';
import { loadRootSecret } from './root-secret.ts';

/** What a core is told from outside; the same for its whole life. */
export type CoreIdentity = Pick<
  RelayWorkerData,
  | 'configFile'
  | 'environment'
  | 'useEnvironment'
  | 'portOverride'
  | 'version'
  | 'host'
  | 'uiDirectory'
>;

export interface LeadingCoreOptions extends Pick<
  CoreWorkersOptions,
  'urls' | 'backOff' | 'limits' | 'logger' | 'writeLog' | 'onSettings'
> {
  readonly home: DataHome;
  readonly identity: CoreIdentity;
  /** `RELAYCORE_SECRET`, where the environment counts and has it. */
  readonly givenSecret: string | null;
  /** Of the ledger, for instance.json. */
  readonly schemaVersion: number;
  /** Given back when the core is closed, or could not start. */
  readonly lock: LeaderLock | null;
}

export interface LeadingCore {
  readonly url: string;
  readonly notices: readonly string[];
  close(): Promise<void>;
}

/** Starts the workers and makes the core known. RelayError where it cannot start; nothing is left then. */
export async function startLeadingCore(options: LeadingCoreOptions): Promise<LeadingCore> {
  const { home, lock } = options;
  const epoch = randomUUID();
  try {
    const { data, notices } = await loadWorkerData(options, epoch);
    const workers = new CoreWorkers({ ...options, ...data });
    const listening = await workers.start();
    const more = await announce(options, listening, epoch);
    return {
      url: listening.url,
      notices: [...notices, ...more],
      async close() {
        // First, so that nobody attaches to a core that is about to go.
        await removeInstance(home.dir, epoch);
        await workers.close();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function loadWorkerData(
  options: LeadingCoreOptions,
  epoch: string,
): Promise<{
  data: Pick<CoreWorkersOptions, 'relayData' | 'storeData'>;
  notices: readonly string[];
}> {
  const { home, identity, givenSecret } = options;
  const controlToken = await loadControlToken(home);
  const rootSecret = await loadRootSecret(home, givenSecret);
  const common = { dataDir: home.dir, rootSecret: rootSecret.bytes };
  const relayData = { ...identity, ...common, controlToken: controlToken.value, epoch };
  return {
    data: { relayData, storeData: common },
    notices: [...controlToken.notices, ...rootSecret.notices],
  };
}

/** A core that cannot be found still serves whoever knows its address. */
async function announce(
  options: LeadingCoreOptions,
  { url }: Listening,
  epoch: string,
): Promise<readonly string[]> {
  const { home, identity, schemaVersion, logger } = options;
  if (!home.isWritable) return [];
  const instance: Instance = {
    pid: process.pid,
    url,
    bridgeUrl: `${url.replace(/^http/, 'ws')}/bridge`,
    protocol: protocolVersion,
    version: identity.version,
    schemaVersion,
    epoch,
    hostname: hostname(),
    bootId: await readBootId(),
    host: identity.host,
    startedAt: Date.now(),
  };
  try {
    await writeInstance(home.dir, instance);
    return [];
  } catch (error) {
    logger.error({ error }, 'instance.json cannot be written');
    return [`Other programs cannot find this core: ${home.dir}/instance.json cannot be written.`];
  }
}
