// Puts a core together and takes it apart again: `startCore` is what `relaycore serve` and the IDEs'
// extension hosts call. What runs inside the two workers is composed there. Nothing here touches the
// process around it: no handler, no output of its own.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { connectBridge } from '@relaycore/bridge/client';
import { ledgerMigrations } from './backends/ledger/sqlite/ledger-schema.ts';
import type { SecretOffer } from './contract/bridge/settings-calls.ts';
import { RelayError } from './domain/relay-error.ts';
import { workerBackOff } from './host/back-off.ts';
import { CoreHost } from './host/core-host.ts';
import type { CoreState, CoreStateListener } from './host/core-state.ts';
import { coreTiming, type CoreTiming } from './host/core-timing.ts';
import {
  CoreWorkers,
  workerLimits,
  type WorkerLimits,
  type WorkerUrls,
} from './host/core-workers.ts';
import { daemonCommand } from './host/daemon-command.ts';
import { locateDataHome, prepareDataHome, type DataHome } from './host/data-home.ts';
import { createHostLog, type HostLog } from './host/host-log.ts';
import { locateInstallation, type Installation } from './host/installation.ts';
import { startLeadingCore, type LeadingCore, type LeadStart } from './host/leading-core.ts';
import { startDaemon, type ReadyLine } from './host/start-daemon.ts';

const yieldTimeoutMs = 3000;

export type { CoreState, LeaderInfo } from './host/core-state.ts';

export interface CoreOptions {
  /** Null: `RELAYCORE_HOME`, else `~/.relaycore`. */
  readonly dataDir: string | null;
  /** Null: `config.yaml` in the data home. */
  readonly configFile: string | null;
  /** Wins over every layer of the settings; 0 is any free port. */
  readonly portOverride: number | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the environment may change settings; inside an IDE it only offers keys. */
  readonly useEnvironment: boolean;
  readonly host: { readonly kind: 'headless' | 'vscode' | 'jetbrains'; readonly name: string };
  /** Takes the log lines beside the files; null for none. */
  readonly stderr: NodeJS.WritableStream | null;
  /**
   * For a host that stays whatever happens, such as an IDE: `startCore` resolves at once, in state
   * `starting`, and what goes wrong is told by `onChange` and tried again with back-off. Default:
   * `startCore` rejects, later `closed` does.
   */
  readonly keepsTrying?: boolean;
  /**
   * Whether the core runs as a process of its own that outlives this one. This process then never
   * leads: it starts that process where nobody leads, and is attached. Default: false.
   */
  readonly asDaemon?: boolean;
  /** Ends the waiting for a lead that somebody else holds; RelayError `shutting_down`. */
  readonly signal?: AbortSignal;
  /** Where the workers' bundles are, unless beside this one. */
  readonly workerUrls?: WorkerUrls;
  readonly workerLimits?: WorkerLimits;
  readonly timing?: CoreTiming;
  readonly version?: string;
}

/** A core that runs: in this process, or, where `attached`, in the one that leads on this data home. */
export interface Core {
  readonly state: CoreState;
  /**
   * Where the core serves; null until there has been one. It stays the same from leader to leader,
   * unless a stranger takes the port in between.
   */
  readonly url: string | null;
  /** Of this process: end it to end this core. */
  readonly pid: number;
  /** Of the process that serves `url`; null while there is none. */
  readonly leaderPid: number | null;
  readonly attached: boolean;
  readonly dataDir: string;
  readonly version: string;
  /** Sentences for the user: what is not as it should be and what to do. */
  readonly notices: readonly string[];
  /** Resolves once closed; rejects when it can neither lead nor follow and does not keep trying. */
  readonly closed: Promise<void>;
  /** Calls back on every change of `state`; returns how to stop it. */
  onChange(listener: CoreStateListener): () => void;
  /**
   * A client's end of a bridge into the relay worker, where this process leads; else null. It closes
   * when the worker dies or the lead goes: then there is a new one, or the leader's WebSocket.
   */
  bridgePort(): MessagePort | null;
  /**
   * What this process's IDE offers whenever this process leads, from the first request on: the same
   * offers that it makes to other leaders by `secrets.offer`. Kept in memory.
   */
  offerSecrets(offers: readonly SecretOffer[]): void;
  /** Logs what nobody caught in this process. */
  reportFault(error: unknown): void;
  /** Lets a successor lead, drains streams for a few seconds, then ends everything. Bounded; idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a core, or attaches to the one that leads on the data home already, and follows it: when that
 * one goes, this process takes over. RelayError `conflict` (port or lead held by another),
 * `bad_config` or `storage_failed`, each with a sentence that says what to do.
 */
export async function startCore(options: CoreOptions): Promise<Core> {
  refuseMissingFile(options.configFile);
  const home = await prepareDataHome(locateDataHome(options.dataDir, options.environment));
  const log = createHostLog({ stderr: options.stderr, level: 'info' });
  const installation = locateInstallation(import.meta.url);
  const version = options.version ?? installation.version;
  const start: Start = { options, home, log, version, installation };
  tell(log, home.notices);
  const host = createHost(start);
  const core = createCore(start, host);
  if (options.keepsTrying === true) return core;
  const stop = (): void => void core.close();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted === true) stop();
  try {
    await host.settled;
    return core;
  } catch (error) {
    await core.close();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

/**
 * Starts a core that outlives this process, unless one runs on the data home already; what its ready
 * line says. RelayError `conflict` with the reason where it does not start.
 */
export async function startDetachedCore(
  options: Pick<CoreOptions, 'dataDir' | 'environment'> & {
    /** Further parameters of `relaycore serve`. */
    readonly parameters: readonly string[];
  },
): Promise<ReadyLine> {
  const home = await prepareDataHome(locateDataHome(options.dataDir, options.environment));
  const { mainFile } = locateInstallation(import.meta.url);
  const { parameters, environment } = options;
  return startDaemon(daemonCommand({ mainFile, dataDir: home.dir, parameters, environment }));
}

/** The version of this copy of RelayCore. */
export function readOwnVersion(): string {
  return locateInstallation(import.meta.url).version;
}

interface Start {
  readonly options: CoreOptions;
  readonly home: DataHome;
  readonly log: HostLog;
  readonly version: string;
  readonly installation: Installation;
}

function createHost(start: Start): CoreHost {
  const { options, home, log, version, installation } = start;
  const { mainFile } = installation;
  const environment = withoutOwnVariables(options.environment);
  const command = daemonCommand({ mainFile, dataDir: home.dir, parameters: [], environment });
  return new CoreHost({
    home,
    version,
    schemaVersion: ledgerMigrations.length,
    logger: log.logger,
    timing: options.timing ?? coreTiming,
    keepsTrying: options.keepsTrying ?? false,
    createWorkers: () =>
      new CoreWorkers({
        urls: options.workerUrls ?? installation.workerUrls,
        backOff: workerBackOff,
        limits: options.workerLimits ?? workerLimits,
        logger: log.logger,
        writeLog: log.write,
        onSettings: log.configure,
      }),
    lead: (leadStart) => lead(start, leadStart),
    startDaemon: options.asDaemon === true ? async () => void (await startDaemon(command)) : null,
    askToYield: () => askToYield(home.dir, version),
  });
}

/** Whether the leader, an older one, will hand over as soon as nothing runs. */
async function askToYield(dataDir: string, version: string): Promise<boolean> {
  const bridge = connectBridge({
    dataDir,
    client: { kind: 'core', name: 'RelayCore', version },
    waitForCoreMs: yieldTimeoutMs,
  });
  try {
    const signal = AbortSignal.timeout(yieldTimeoutMs);
    const { outcome } = await bridge.call('leader.yield', { version }, { signal });
    return outcome === 'yielding';
  } finally {
    bridge.close();
  }
}

async function lead(start: Start, leadStart: LeadStart): Promise<LeadingCore> {
  const { home, log, version } = start;
  if (home.isWritable) log.openFiles(home.dir);
  const leading = await beginToLead(start, leadStart).catch(async (error: unknown) => {
    await log.closeFiles();
    throw error;
  });
  const { url } = leading;
  log.logger.info({ url, version, dataDir: home.dir }, 'RelayCore is ready');
  tell(log, leading.notices);
  return {
    ...leading,
    async close(yieldsTo) {
      log.logger.info('RelayCore stops; running answers may end');
      await leading.close(yieldsTo);
      log.logger.info('RelayCore has stopped');
      await log.closeFiles();
    },
  };
}

function beginToLead(
  { options, home, log, version, installation }: Start,
  leadStart: LeadStart,
): Promise<LeadingCore> {
  const { host, useEnvironment, portOverride, environment, configFile } = options;
  return startLeadingCore(
    {
      home,
      identity: {
        host,
        useEnvironment,
        portOverride,
        version,
        configFile: resolve(configFile ?? join(home.dir, 'config.yaml')),
        environment: definedOnly(environment),
        uiDirectory: installation.uiDirectory,
      },
      givenSecret: (useEnvironment ? environment['RELAYCORE_SECRET'] : null) ?? null,
      schemaVersion: ledgerMigrations.length,
      logger: log.logger,
    },
    leadStart,
  );
}

function createCore({ home, log, version }: Start, host: CoreHost): Core {
  const { pid } = process;
  let url: string | null = null;
  const follow = (state: CoreState): void => {
    if ('url' in state) url = state.url;
    if (state.kind === 'attached') {
      const { leader, isStandby } = state;
      const leaderPid = leader.pid;
      log.logger.info({ url, leaderPid, isStandby }, 'RelayCore is attached to a running core');
    }
    if (state.kind === 'hung') log.logger.warn({ leader: state.leader }, state.message);
  };
  const stopFollowing = host.onChange(follow);
  const close = once(async () => {
    await host.close();
    stopFollowing();
    await log.close();
  });
  const closed = runToEnd(host, close);
  closed.catch(() => undefined);
  return {
    version,
    pid,
    closed,
    close,
    dataDir: home.dir,
    get state() {
      return host.state;
    },
    get url() {
      return url;
    },
    get attached() {
      return host.state.kind === 'attached';
    },
    get leaderPid() {
      return leaderPidOf(host.state);
    },
    get notices() {
      return [...home.notices, ...host.notices];
    },
    onChange: (listener) => host.onChange(listener),
    bridgePort: () => host.bridgePort(),
    offerSecrets: (offers) => host.offerSecrets(offers),
    reportFault: (error) => log.logger.fatal({ error }, 'a fault that nobody caught'),
  };
}

async function runToEnd(host: CoreHost, close: () => Promise<void>): Promise<void> {
  try {
    await host.run();
  } finally {
    await close();
  }
}

function leaderPidOf(state: CoreState): number | null {
  switch (state.kind) {
    case 'leading':
    case 'restarting':
      return process.pid;
    case 'attached':
      return state.leader.pid;
    case 'hung':
      return state.leader?.pid ?? null;
    case 'starting':
    case 'failed':
    case 'closed':
      return null;
  }
}

/** The default file may be missing; one that somebody named may not. */
function refuseMissingFile(configFile: string | null): void {
  if (configFile === null || existsSync(configFile)) return;
  throw new RelayError('bad_config', `There is no configuration file ${resolve(configFile)}.`);
}

function tell(log: HostLog, notices: readonly string[]): void {
  for (const notice of notices) log.logger.warn(notice);
}

/** What concerns the host alone stays here; a secret least of all has to travel. */
function definedOnly(environment: CoreOptions['environment']): Record<string, string> {
  const own = new Set(['RELAYCORE_HOME', 'RELAYCORE_SECRET']);
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || own.has(name) ? [] : [[name, value] as const],
    ),
  );
}

/** A repository's environment must not redirect the traffic of a core that outlives its window. */
function withoutOwnVariables(environment: CoreOptions['environment']): CoreOptions['environment'] {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(RELAYCORE|VSCODE)_/.test(name)),
  );
}

function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | null = null;
  return () => (result ??= work());
}
