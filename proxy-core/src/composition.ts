// Puts a core together and takes it apart again: `startCore` is what `relaycore serve` and the IDEs'
// extension hosts call. What runs inside the two workers is composed there.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ledgerMigrations } from './backends/ledger/sqlite/ledger-schema.ts';
import { RelayError } from './domain/relay-error.ts';
import { AttachedCore, attachedPollMs } from './host/attached-core.ts';
import { workerBackOff } from './host/back-off.ts';
import { workerLimits, type WorkerLimits, type WorkerUrls } from './host/core-workers.ts';
import { locateDataHome, prepareDataHome, type DataHome } from './host/data-home.ts';
import { createHostLog, type HostLog } from './host/host-log.ts';
import { locateInstallation, type Installation } from './host/installation.ts';
import { leadershipPatienceMs, takeLeadOrAttach } from './host/leadership.ts';
import type { LeaderLock } from './host/leader-lock.ts';
import { startLeadingCore, type LeadingCore } from './host/leading-core.ts';
import type { RunningCore } from './host/running-core.ts';

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
  /** Ends the waiting for a lead that somebody else holds; RelayError `shutting_down`. */
  readonly signal?: AbortSignal;
  /** Where the workers' bundles are, unless beside this one. */
  readonly workerUrls?: WorkerUrls;
  readonly workerLimits?: WorkerLimits;
  readonly version?: string;
}

/** A core that runs: in this process, or, where `attached`, in the one that leads on this data home. */
export interface Core {
  /** Stays the same for as long as this core is not closed. */
  readonly url: string;
  /** Of this process: end it to end this core. */
  readonly pid: number;
  /** Of the process that serves `url`. */
  readonly leaderPid: number;
  readonly attached: boolean;
  readonly dataDir: string;
  readonly version: string;
  /** Sentences for the user: what is not as it should be and what to do. */
  readonly notices: readonly string[];
  /** Resolves once closed; rejects when an attached core should take the lead and cannot. */
  readonly closed: Promise<void>;
  /** Logs what nobody caught in this process. */
  reportFault(error: unknown): void;
  /** Drains streams for a few seconds, then ends everything. Bounded; idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a core, or attaches to the one that leads on the data home already. RelayError `conflict`
 * (port or lead held by another), `bad_config` or `storage_failed`, each with a sentence that says
 * what to do.
 */
export async function startCore(options: CoreOptions): Promise<Core> {
  refuseMissingFile(options.configFile);
  const home = await prepareDataHome(locateDataHome(options.dataDir, options.environment));
  const log = createHostLog({ stderr: options.stderr, level: 'info' });
  const installation = locateInstallation(import.meta.url);
  const version = options.version ?? installation.version;
  const start: Start = { options, home, log, version, installation };
  try {
    const leadership = await takeLeadOrAttach(home.dir, {
      patienceMs: leadershipPatienceMs,
      signal: options.signal,
    });
    if (leadership.kind === 'attach') return attach(start, leadership.core);
    const leading = await lead(start, leadership.lock, options.portOverride);
    const notices = [
      ...(leadership.notice === null ? [] : [leadership.notice]),
      ...leading.notices,
    ];
    return leadAs(start, leading, notices);
  } catch (error) {
    await log.close();
    throw error;
  }
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

async function lead(
  { options, home, log, version, installation }: Start,
  lock: LeaderLock | null,
  portOverride: number | null,
): Promise<LeadingCore> {
  if (home.isWritable) log.openFiles(home.dir);
  const { host, useEnvironment } = options;
  const leading = await startLeadingCore({
    home,
    lock,
    identity: {
      host,
      useEnvironment,
      portOverride,
      version,
      configFile: resolve(options.configFile ?? join(home.dir, 'config.yaml')),
      environment: definedOnly(options.environment),
      uiDirectory: installation.uiDirectory,
    },
    givenSecret: (useEnvironment ? options.environment['RELAYCORE_SECRET'] : null) ?? null,
    schemaVersion: ledgerMigrations.length,
    urls: options.workerUrls ?? installation.workerUrls,
    backOff: workerBackOff,
    limits: options.workerLimits ?? workerLimits,
    logger: log.logger,
    writeLog: log.write,
    onSettings: log.configure,
  });
  const { url } = leading;
  log.logger.info({ url, version, dataDir: home.dir }, 'RelayCore is ready');
  return {
    ...leading,
    async close() {
      log.logger.info('RelayCore stops; running answers may end');
      await leading.close();
      log.logger.info('RelayCore has stopped');
    },
  };
}

function leadAs(start: Start, leading: LeadingCore, leadNotices: readonly string[]): Core {
  const { home, log, version } = start;
  const notices = [...home.notices, ...leadNotices];
  tell(log, notices);
  const { url } = leading;
  const { pid } = process;
  const closed = Promise.withResolvers<void>();
  const close = once(async () => {
    await leading.close();
    await log.close();
    closed.resolve();
  });
  const common = { url, pid, version, notices, close, dataDir: home.dir, closed: closed.promise };
  return { ...common, leaderPid: pid, attached: false, reportFault: faultReporter(log) };
}

function attach(start: Start, { instance }: RunningCore): Core {
  const { home, log, version } = start;
  const { url, pid: leaderPid } = instance;
  const port = Number(new URL(url).port);
  const attached = new AttachedCore({
    dataDir: home.dir,
    pollMs: attachedPollMs,
    logger: log.logger,
    // On the leader's port, so that the address that was given out stays good.
    async lead(lock) {
      const leading = await lead(start, lock, port);
      tell(log, leading.notices);
      return leading;
    },
  });
  const closed = Promise.withResolvers<void>();
  closed.promise.catch(() => undefined);
  attached.follow().catch(closed.reject);
  tell(log, home.notices);
  log.logger.info({ url, leaderPid }, 'RelayCore is attached to a core that runs already');
  return {
    url,
    version,
    dataDir: home.dir,
    pid: process.pid,
    notices: home.notices,
    closed: closed.promise,
    reportFault: faultReporter(log),
    get attached() {
      return !attached.isLeading;
    },
    get leaderPid() {
      return attached.isLeading ? process.pid : leaderPid;
    },
    close: once(async () => {
      await attached.close();
      await log.close();
      closed.resolve();
    }),
  };
}

/** The default file may be missing; one that somebody named may not. */
function refuseMissingFile(configFile: string | null): void {
  if (configFile === null || existsSync(configFile)) return;
  throw new RelayError('bad_config', `There is no configuration file ${resolve(configFile)}.`);
}

function faultReporter({ logger }: HostLog): (error: unknown) => void {
  return (error) => logger.fatal({ error }, 'a fault that nobody caught');
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

function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | null = null;
  return () => (result ??= work());
}
