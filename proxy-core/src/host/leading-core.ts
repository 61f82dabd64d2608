import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretOffer } from '../contract/bridge/settings-calls.ts';
import { protocolVersion, type Instance } from '../contract/instance.ts';
import type { Logger } from '../platform/logger/logger.ts';
import type { ListenPlan, RelayWorkerData, StoreWorkerData } from '../workers/protocol.ts';
import { readBootId } from './boot-id.ts';
import { loadControlToken } from './control-token.ts';
import type { CoreWorkers, Listening, WorkersData, WorkersListener } from './core-workers.ts';
import type { DataHome } from './data-home.ts';
import { removeInstance, writeInstance } from './instance-file.ts';
import { tryLock, type LeaderLock } from './leader-lock.ts';
import { readOwnPort, writeOwnPort } from './own-port.ts';
import { loadRootSecret } from './root-secret.ts';

const drainLookMs = 100;

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

export interface LeadingCoreOptions {
  readonly home: DataHome;
  readonly identity: CoreIdentity;
  /** `RELAYCORE_SECRET`, where the environment counts and has it. */
  readonly givenSecret: string | null;
  /** Of the ledger, for instance.json. */
  readonly schemaVersion: number;
  readonly logger: Logger;
}

/** The circumstances under which it begins to lead. */
export interface LeadStart {
  /** Given back as soon as a successor may lead; by whoever took it where the start fails. */
  readonly lock: LeaderLock | null;
  /** Warm where this was the standby. */
  readonly workers: CoreWorkers;
  readonly listener: WorkersListener;
  /** Of the leader before, whose address clients hold; null: of the settings. */
  readonly boundPort: number | null;
  readonly secrets: readonly SecretOffer[];
}

export interface LeadingCore {
  readonly url: string;
  readonly notices: readonly string[];
  readonly workers: CoreWorkers;
  /** Lets the successor lead as soon as the port is closed, then drains. `yieldsTo`: its version. */
  close(yieldsTo?: string): Promise<void>;
}

/** A port that is taken by one who is just ending is had again after a moment. */
const portPatienceMs = 2000;

/** Starts the workers and makes the core known. RelayError where it cannot start; nothing is left then. */
export async function startLeadingCore(
  options: LeadingCoreOptions,
  start: LeadStart,
): Promise<LeadingCore> {
  const { home } = options;
  const { workers, lock } = start;
  const epoch = randomUUID();
  const startedAt = Date.now();
  try {
    const isOtherDraining = await isDraining(home.dir);
    const { data, notices } = await loadWorkersData(options, start, { epoch, isOtherDraining });
    const listening = await workers.start(data, start.listener);
    const instance = await describeInstance(options, listening, epoch);
    const more = await announce(options, instance);
    const port = await keepChosenPort(options, listening);
    const orphans = isOtherDraining ? closeOrphansLater(home.dir, workers, startedAt) : null;
    return {
      url: listening.url,
      notices: [...notices, ...more, ...port],
      workers,
      async close(yieldsTo) {
        orphans?.abort();
        // Known to the successor, so that it does not take for orphans what is just ending.
        const draining = await tryLock(home.dir, 'drain');
        // First, so that nobody attaches to a core that is about to go.
        await withdraw(home, instance, yieldsTo);
        const closing = workers.close();
        await workers.portClosed;
        lock?.release();
        await closing;
        if (draining.kind === 'acquired') draining.lock.release();
      },
    };
  } catch (error) {
    await workers.terminate();
    throw error;
  }
}

async function loadWorkersData(
  { home, identity, givenSecret }: LeadingCoreOptions,
  { boundPort, secrets }: LeadStart,
  { epoch, isOtherDraining }: { readonly epoch: string; readonly isOtherDraining: boolean },
): Promise<{ data: WorkersData; notices: readonly string[] }> {
  const controlToken = await loadControlToken(home);
  const rootSecret = await loadRootSecret(home, givenSecret);
  const isHeadless = identity.host.kind === 'headless';
  const listen: ListenPlan = {
    boundPort,
    patienceMs: boundPort === null ? 0 : portPatienceMs,
    ownPort: await readOwnPort(home.dir),
    // Who sits at an IDE is told of another port; a service is expected where it was put.
    mayChoose: !isHeadless && identity.portOverride === null,
  };
  const relay: RelayWorkerData = {
    ...identity,
    dataDir: home.dir,
    rootSecret: rootSecret.bytes,
    controlToken: controlToken.value,
    epoch,
    listen,
    secrets,
  };
  const store: StoreWorkerData = {
    dataDir: home.dir,
    // In an IDE the key comes out of its secret storage, so that it does not lie beside the data.
    cacheSecret: isHeadless ? rootSecret.bytes : null,
    closesOrphans: !isOtherDraining,
  };
  return {
    data: { relay, store },
    notices: [...controlToken.notices, ...rootSecret.notices],
  };
}

/** The lock of a leader that has let go of the lead but still ends its streams. */
async function isDraining(dataDir: string): Promise<boolean> {
  const attempt = await tryLock(dataDir, 'drain');
  if (attempt.kind === 'acquired') attempt.lock.release();
  return attempt.kind === 'taken';
}

function closeOrphansLater(
  dataDir: string,
  workers: CoreWorkers,
  startedBefore: number,
): AbortController {
  const stopping = new AbortController();
  const wait = async (): Promise<void> => {
    while (!stopping.signal.aborted && (await isDraining(dataDir))) await sleep(drainLookMs);
    if (!stopping.signal.aborted) workers.closeOrphans(startedBefore);
  };
  void wait();
  return stopping;
}

async function keepChosenPort(
  { home, logger }: LeadingCoreOptions,
  { port, isChosen }: Listening,
): Promise<readonly string[]> {
  if (!isChosen) return [];
  try {
    await writeOwnPort(home.dir, port);
  } catch (error) {
    logger.warn({ error }, 'the chosen port cannot be kept');
  }
  return [
    `Another program has the port of RelayCore, so it listens on ${port} from now on. Assistants that were connected to the old address have to be connected again; server.port in config.yaml chooses a port for good.`,
  ];
}

async function withdraw(
  home: DataHome,
  instance: Instance,
  yieldsTo: string | undefined,
): Promise<void> {
  if (yieldsTo === undefined) return removeInstance(home.dir, instance.epoch);
  await writeInstance(home.dir, { ...instance, yieldsTo }).catch(() => undefined);
}

async function describeInstance(
  { identity, schemaVersion }: LeadingCoreOptions,
  { url }: Listening,
  epoch: string,
): Promise<Instance> {
  return {
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
}

/** A core that cannot be found still serves whoever knows its address. */
async function announce(
  { home, logger }: LeadingCoreOptions,
  instance: Instance,
): Promise<readonly string[]> {
  if (!home.isWritable) return [];
  try {
    await writeInstance(home.dir, instance);
    return [];
  } catch (error) {
    logger.error({ error }, 'instance.json cannot be written');
    return [`Other programs cannot find this core: ${home.dir}/instance.json cannot be written.`];
  }
}
