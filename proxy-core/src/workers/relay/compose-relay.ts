// The relay worker's composition root: everything between the listening socket and the providers.
import { setTimeout as delay } from 'node:timers/promises';
import { tokenBackends } from '../../backends/tokens/registry.ts';
import { isControlPath } from '../../control/control-path.ts';
import { createControlPlane } from '../../control/control-plane.ts';
import { dialects } from '../../dialects/registry.ts';
import { createFrontDoor, type FrontDoor } from '../../pipeline/receive/front-door.ts';
import { createRelay } from '../../pipeline/relay.ts';
import type { Stages } from '../../pipeline/stages.ts';
import { createByteBudget } from '../../platform/byte-budget.ts';
import { systemClock } from '../../platform/clock/clock.ts';
import { createHttpServer, type HttpServer } from '../../platform/http-server/http-server.ts';
import type { Logger } from '../../platform/logger/logger.ts';
import { createMetrics, type Metrics } from '../../platform/metrics/metrics.ts';
import { createSettingsStore, type SettingsStore } from '../../settings/settings-store.ts';
import { readStoredKeys } from '../../settings/stored-keys.ts';
import type { HostSettings, RelayWorkerData } from '../protocol.ts';
import { createCacheBypass } from './cache-bypass.ts';
import { composeControlPorts } from './compose-control.ts';
import { composeStages } from './compose-stages.ts';
import { createEndedRequests } from './ended-requests.ts';
import { megabytes } from './megabytes.ts';
import { createLiveProviders } from './provider-directory.ts';
import type { RelayParts } from './relay-parts.ts';
import { createStoreLink, type StoreLink } from './store-link.ts';

export interface RunningRelay {
  readonly url: string;
  readonly port: number;
  readonly store: StoreLink;
  /** Lets running requests end for `drainMs`, then closes everything. */
  close(drainMs: number): Promise<void>;
}

/** For one whole request with its body: 64 MB over a slow forwarded port still fit. */
const requestTimeoutMs = 120_000;
/** A provider that is slow to let go must not keep the core. */
const recordTimeoutMs = 1_000;

/** Rejects with `RelayError` `bad_config`, or with node's error where the port cannot be had. */
export async function composeRelay(
  data: RelayWorkerData,
  logger: Logger,
  tellHost: (settings: HostSettings) => void,
): Promise<RunningRelay> {
  const parts = await composeParts(data, logger);
  const stopFollowing = followSettings(parts, tellHost);
  const metrics = composeMetrics(parts, () => stages);
  const ended = createEndedRequests(parts.clock, (rows) => metrics.recordRows(rows));
  const cutOff = new AbortController();
  const stages = composeStages(parts, {
    onClosed: (row) => ended.note(row),
    isCuttingOff: () => cutOff.signal.aborted,
    bypass: createCacheBypass(parts.clock),
  });
  const control = createControlPlane(composeControlPorts({ ...parts, stages, ended, metrics }));
  const http = composeServer(parts.settings, composeDoor(parts, stages, control));
  const stop = async (): Promise<void> => {
    stopFollowing();
    ended.close();
    stages.forward.close();
    metrics.close();
    await parts.store.close();
    await Promise.all([parts.settings.close(), parts.tokens.close(), parts.providers.close()]);
  };
  const port = await http.listen().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    url: urlOf(parts.settings, port),
    port,
    store: parts.store,
    async close(drainMs) {
      await http.close(drainMs, () => cutOff.abort());
      await untilRecorded(stages);
      await stop();
    },
  };
}

/** What was cut off goes into the ledger with what it cost: its requests have to end first. */
async function untilRecorded({ admit }: Stages): Promise<void> {
  const deadline = performance.now() + recordTimeoutMs;
  while (admit.running + admit.queued > 0 && performance.now() < deadline) await delay(10);
}

async function composeParts(data: RelayWorkerData, logger: Logger): Promise<RelayParts> {
  const clock = systemClock;
  const { configFile, useEnvironment, portOverride } = data;
  const commandLine = portOverride === null ? {} : { server: { port: portOverride } };
  const settings = await createSettingsStore(
    { environment: data.environment, logger },
    { configFile, useEnvironment, commandLine },
  );
  const tokens = await tokenBackends.file(
    { log: logger, now: () => clock.now() },
    { dataDir: data.dataDir, isWatching: true },
  );
  return {
    data,
    clock,
    logger,
    settings,
    tokens,
    providers: createLiveProviders({ clock, log: logger }),
    store: createStoreLink({ clock, logger, settings }),
    budget: createByteBudget(() => megabytes(settings.current().server.maxInFlightMb)),
  };
}

/** Puts the settings into effect now and whenever they change; returns how to stop it. */
function followSettings(
  { data, logger, settings, providers, store }: RelayParts,
  tellHost: (settings: HostSettings) => void,
): () => void {
  const apply = (): void => {
    const current = settings.current();
    const { level, maxFileMb, maxFiles } = current.log;
    logger.setLevel(level);
    tellHost({
      drainMs: current.server.drainTimeoutMs,
      logLevel: level,
      maxLogFileMb: maxFileMb,
      maxLogFiles: maxFiles,
    });
    providers.apply(current, readStoredKeys(data.environment, current));
    store.configure();
  };
  apply();
  return settings.onChange(apply);
}

function composeMetrics({ budget, store }: RelayParts, stages: () => Stages): Metrics {
  return createMetrics({
    readRuntime: async () => {
      const { memory, disk } = await store.cacheSizes();
      return {
        requestsInFlight: stages().admit.running,
        bytesInFlight: budget.taken,
        upstreamOpen: stages().forward.open,
        ledgerRowsQueued: store.ledger.queuedRows,
        ledgerRowsLost: store.ledger.lostRows,
        cacheMemoryBytes: memory.bytes,
        cacheMemoryEntries: memory.entries,
        cacheDiskBytes: disk.bytes,
        cacheDiskEntries: disk.entries,
      };
    },
  });
}

function composeDoor(
  { settings }: RelayParts,
  stages: Stages,
  control: ReturnType<typeof createControlPlane>,
): FrontDoor {
  const [defaultDialect] = dialects;
  if (defaultDialect === undefined) throw new Error('no dialect is registered');
  return createFrontDoor({
    receive: stages.receive,
    relay: createRelay(stages),
    control,
    isControlPath,
    allowedHosts: () => {
      const { allowedHosts, host } = settings.current().server;
      // Who listens on an address of the network is addressed by it.
      return [...allowedHosts, host];
    },
    defaultDialect,
  });
}

function composeServer(settings: SettingsStore, door: FrontDoor): HttpServer {
  const { host, port, headersTimeoutMs } = settings.current().server;
  return createHttpServer({ host, port, headersTimeoutMs, requestTimeoutMs }, door);
}

function urlOf(settings: SettingsStore, port: number): string {
  const bound = settings.current().server.host;
  // Clients cannot rely on reaching "every address", and its name is no allowed Host.
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[bound] ?? bound;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
