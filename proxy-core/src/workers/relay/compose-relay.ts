// The relay worker's composition root: everything between the listening socket and the providers.
import { setTimeout as delay } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { tokenBackends } from '../../backends/tokens/registry.ts';
import { isControlPath } from '../../control/control-path.ts';
import { createWindows } from '../../control/bridge/windows.ts';
import { createControlPlane } from '../../control/control-plane.ts';
import { dialects } from '../../dialects/registry.ts';
import {
  createFrontDoor,
  type FrontDoor,
  type FrontDoorDependencies,
} from '../../pipeline/receive/front-door.ts';
import { createRelay } from '../../pipeline/relay.ts';
import type { Stages } from '../../pipeline/stages.ts';
import { createByteBudget } from '../../platform/byte-budget.ts';
import { systemClock } from '../../platform/clock/clock.ts';
import { createHttpServer, type HttpServer } from '../../platform/http-server/http-server.ts';
import type { Logger } from '../../platform/logger/logger.ts';
import { createMetrics, type Metrics } from '../../platform/metrics/metrics.ts';
import { createSettingsStore, type SettingsStore } from '../../settings/settings-store.ts';
import { readStoredKeys } from '../../settings/stored-keys.ts';
import type { HostSettings, RelayToHost, RelayWorkerData } from '../protocol.ts';
import { createCacheBypass } from './cache-bypass.ts';
import { composeBridge, type Bridge } from './compose-bridge.ts';
import { composeBridgeChat } from './compose-bridge-chat.ts';
import { composeControlPorts } from './compose-control.ts';
import { composeStages } from './compose-stages.ts';
import { createEndedRequests } from './ended-requests.ts';
import { megabytes } from './megabytes.ts';
import { createLeaderYield, type LeaderYield } from './leader-yield.ts';
import { createOfferedSecrets, type OfferedSecrets } from './offered-secrets.ts';
import { openPort } from './open-port.ts';
import { createLiveProviders } from './provider-directory.ts';
import type { RelayParts } from './relay-parts.ts';
import { createStoreLink, type StoreLink } from './store-link.ts';

export interface RunningRelay {
  readonly url: string;
  readonly port: number;
  /** Another port than the one that was meant, because somebody else has that one. */
  readonly isChosenPort: boolean;
  readonly store: StoreLink;
  readonly secrets: OfferedSecrets;
  /** A client of the bridge in this very process. */
  serveBridge(port: MessagePort): void;
  /** Closes the port at once, lets running requests end for `drainMs`, then closes everything. */
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
  tellHost: (message: RelayToHost) => void,
): Promise<RunningRelay> {
  const parts = await composeParts(data, logger);
  const core = composeCore(parts, { tellHost, url: () => url });
  const { settings, store, secrets } = parts;
  const createServer = (port: number): HttpServer => composeServer(settings, core, port);
  const opened = await openPort({ settings, createServer }, data.listen).catch(
    async (error: unknown) => {
      await core.stop();
      throw error;
    },
  );
  const url = urlOf(settings, opened.port);
  return {
    url,
    port: opened.port,
    isChosenPort: opened.isChosen,
    store,
    secrets,
    serveBridge: (port) => core.bridge.server.acceptPort(port),
    async close(drainMs) {
      const { bridge, leaderYield, cutOff, stages } = core;
      leaderYield.close();
      const onCutOff = (): void => cutOff.abort();
      // Both close their doors at once, and drain at the same time.
      await Promise.all([opened.http.close(drainMs, onCutOff), bridge.close(drainMs, onCutOff)]);
      await untilRecorded(stages);
      await core.stop();
    },
  };
}

interface RelayCore {
  readonly stages: Stages;
  readonly door: FrontDoor;
  readonly bridge: Bridge;
  readonly leaderYield: LeaderYield;
  /** Aborted when running requests may run no longer. */
  readonly cutOff: AbortController;
  /** Once nothing runs any more. */
  stop(): Promise<void>;
}

/** Everything between the parts and the socket. */
function composeCore(
  parts: RelayParts,
  { tellHost, url }: { tellHost(message: RelayToHost): void; url(): string },
): RelayCore {
  const stopFollowing = followSettings(parts, tellHost);
  const metrics = composeMetrics(parts, () => stages);
  const ended = createEndedRequests(parts.clock, (rows) => {
    metrics.recordRows(rows);
    bridge.noteEnded(rows);
  });
  const cutOff = new AbortController();
  const bypass = createCacheBypass(parts.clock);
  const windows = createWindows();
  const stages = composeStages(parts, {
    onClosed(row) {
      ended.note(row);
      chat.noteClosed(row);
    },
    isCuttingOff: () => cutOff.signal.aborted,
    bypass,
    branchOf: (workspace) => windows.branchOf(workspace),
  });
  const chat = composeBridgeChat(parts, stages);
  const ports = composeControlPorts({ ...parts, stages, ended, metrics });
  const leaderYield = composeYield(parts, stages, tellHost);
  const allowedHosts = (): string[] => allowedHostsOf(parts.settings);
  const bridge = composeBridge({
    ...{ ...parts, ports, ended, bypass, windows, leaderYield, allowedHosts, url },
    chat: chat.handlers,
  });
  const door = composeDoor(stages, { control: createControlPlane(ports), allowedHosts });
  return {
    ...{ stages, door, bridge, leaderYield, cutOff },
    async stop() {
      stopFollowing();
      leaderYield.close();
      bridge.stop();
      ended.close();
      stages.forward.close();
      metrics.close();
      await parts.store.close();
      await Promise.all([parts.settings.close(), parts.tokens.close(), parts.providers.close()]);
    },
  };
}

function composeYield(
  { clock, data }: RelayParts,
  { admit }: Stages,
  tellHost: (message: RelayToHost) => void,
): LeaderYield {
  return createLeaderYield({
    clock,
    version: data.version,
    inFlight: () => admit.running + admit.queued,
    yieldTo: (version) => tellHost({ type: 'yield', version }),
  });
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
  const secrets = createOfferedSecrets(
    { baseUrlOf: (id) => settings.current().providers[id]?.baseUrl ?? null },
    data.secrets,
  );
  return {
    data,
    clock,
    logger,
    settings,
    tokens,
    secrets,
    providers: createLiveProviders({ clock, log: logger }),
    store: createStoreLink({ clock, logger, settings, secrets }),
    budget: createByteBudget(() => megabytes(settings.current().server.maxInFlightMb)),
  };
}

/** Puts settings and offered keys into effect now and whenever they change; returns how to stop it. */
function followSettings(
  { data, logger, settings, providers, secrets, store }: RelayParts,
  tellHost: (message: RelayToHost) => void,
): () => void {
  const useProviders = (): void => {
    const keys = readStoredKeys(data.environment, settings.current(), (id) => secrets.keyOf(id));
    providers.apply(settings.current(), keys);
  };
  const apply = (): void => {
    const current = settings.current();
    const { level, maxFileMb, maxFiles } = current.log;
    logger.setLevel(level);
    const { drainTimeoutMs } = current.server;
    const hostSettings: HostSettings = {
      drainMs: drainTimeoutMs,
      logLevel: level,
      maxLogFileMb: maxFileMb,
      maxLogFiles: maxFiles,
    };
    tellHost({ type: 'settings', settings: hostSettings });
    useProviders();
    store.configure();
  };
  apply();
  const stops = [
    settings.onChange(apply),
    secrets.onChange(() => {
      useProviders();
      store.configure();
      tellHost({ type: 'secrets', offers: secrets.held() });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
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
  stages: Stages,
  { control, allowedHosts }: Pick<FrontDoorDependencies, 'control' | 'allowedHosts'>,
): FrontDoor {
  const [defaultDialect] = dialects;
  if (defaultDialect === undefined) throw new Error('no dialect is registered');
  const relay = createRelay(stages);
  return createFrontDoor({
    ...{ relay, control, isControlPath, allowedHosts, defaultDialect },
    receive: stages.receive,
  });
}

/** Who listens on an address of the network is addressed by it. */
function allowedHostsOf(settings: SettingsStore): string[] {
  const { allowedHosts, host } = settings.current().server;
  return [...allowedHosts, host];
}

function composeServer(
  settings: SettingsStore,
  { door, bridge }: Pick<RelayCore, 'door' | 'bridge'>,
  port: number,
): HttpServer {
  const { host, headersTimeoutMs } = settings.current().server;
  return createHttpServer(
    { host, port, headersTimeoutMs, requestTimeoutMs },
    { ...door, upgrades: bridge.upgrades },
  );
}

function urlOf(settings: SettingsStore, port: number): string {
  const bound = settings.current().server.host;
  // Clients cannot rely on reaching "every address", and its name is no allowed Host.
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[bound] ?? bound;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
