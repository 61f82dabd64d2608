// One process's part in the election: it leads, or follows the one that leads and takes over when that
// one goes, until it is closed. What it is at the moment is its one `CoreState`.
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import type { SecretOffer } from '../contract/bridge/settings-calls.ts';
import type { Instance } from '../contract/instance.ts';
import { RelayError } from '../domain/relay-error.ts';
import { compareVersions } from '../platform/compare-versions.ts';
import type { Logger } from '../platform/logger/logger.ts';
import { createBackOff } from './back-off.ts';
import type { CoreTiming } from './core-timing.ts';
import type { CoreWorkers, WorkerTrouble } from './core-workers.ts';
import {
  createCoreStateHolder,
  type CoreState,
  type CoreStateHolder,
  type CoreStateListener,
  type LeaderInfo,
} from './core-state.ts';
import type { DataHome } from './data-home.ts';
import { Follower } from './follower.ts';
import { readInstance } from './instance-file.ts';
import type { LeaderLock } from './leader-lock.ts';
import { lookForLead, lookForLeader, unprovenLeader, type LeadLook } from './leadership.ts';
import type { LeadingCore, LeadStart } from './leading-core.ts';
import { createOfferedKeys } from './offered-keys.ts';
import type { CoreSearch, RunningCore } from './running-core.ts';
import { refuseNewerSchema } from './schema-guard.ts';

export interface CoreHostOptions {
  readonly home: DataHome;
  readonly version: string;
  /** Of the ledger; a newer one is not led. */
  readonly schemaVersion: number;
  readonly logger: Logger;
  readonly timing: CoreTiming;
  /** What goes wrong is told by the state and tried again with back-off; else it ends the host. */
  readonly keepsTrying: boolean;
  createWorkers(): CoreWorkers;
  /** Begins to lead in this process; RelayError where it cannot, with the workers ended. */
  lead(start: LeadStart): Promise<LeadingCore>;
  /** Starts a process of its own that leads, instead of leading in this one; null: leads here. */
  readonly startDaemon: (() => Promise<void>) | null;
  /** Asks an older leader for the lead; whether it will hand over. */
  askToYield(leader: Instance): Promise<boolean>;
}

type Found =
  | Exclude<LeadLook, { kind: 'lead' }>
  | { readonly kind: 'lead'; readonly lock: LeaderLock | null; readonly notice: string | null }
  | { readonly kind: 'start-daemon' };

export class CoreHost {
  readonly #options: CoreHostOptions;
  readonly #state: CoreStateHolder;
  readonly #stopping = new AbortController();
  readonly #follower: Follower;
  readonly #keys = createOfferedKeys();
  readonly #settled = Promise.withResolvers<void>();
  #running: Promise<void> | null = null;
  #leading: LeadingCore | null = null;
  #notices: readonly string[] = [];
  #boundPort: number | null = null;
  #waitingSince: number | null = null;
  /** Of the leader before, which has written the ledger; null: not known. */
  #schemaVersion: number | null = null;
  #hasStartedDaemon = false;
  #nextRetryMs: (livedMs: number) => number;
  #holdsBackUntil = 0;
  /** The epoch of the leader whose hand-over to a newer core this one has made room for, once. */
  #heldBackFor: string | null = null;

  constructor(options: CoreHostOptions) {
    this.#options = options;
    this.#state = createCoreStateHolder((error) =>
      options.logger.error({ error }, 'who was told of the state of the core failed'),
    );
    this.#nextRetryMs = createBackOff(options.timing.retry);
    this.#follower = new Follower({ ...options, canLead: options.startDaemon === null });
    this.#settled.promise.catch(() => undefined);
  }

  get state(): CoreState {
    return this.#state.current();
  }

  /** Of this process's own leading. */
  get notices(): readonly string[] {
    return this.#notices;
  }

  /** Resolves when it leads or follows for the first time; RelayError where it can do neither. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  onChange(listener: CoreStateListener): () => void {
    return this.#state.onChange(listener);
  }

  /** Resolves when it is closed; rejects with the RelayError that ended it. */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  bridgePort(): MessagePort | null {
    return this.#leading?.workers.bridgePort() ?? null;
  }

  offerSecrets(offers: readonly SecretOffer[]): void {
    this.#keys.add(offers);
    this.#leading?.workers.offerSecrets(offers);
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running?.catch(() => undefined);
    this.#state.set({ kind: 'closed' });
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopping.signal.aborted) await this.#step();
      this.#settled.reject(new RelayError('shutting_down', 'Told to stop.'));
    } catch (error) {
      this.#settled.reject(error);
      throw error;
    } finally {
      await this.#follower.close();
    }
  }

  async #step(): Promise<void> {
    try {
      const found = await this.#look();
      switch (found.kind) {
        case 'lead':
          return await this.#lead(found.lock, found.notice);
        case 'attach':
          return await this.#follow(found.core);
        case 'start-daemon':
          return await this.#startDaemon();
        case 'wait':
          return await this.#wait(found.search);
      }
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #look(): Promise<Found> {
    const { home, schemaVersion, startDaemon } = this.#options;
    const now = performance.now();
    const isItsTurn = now >= this.#holdsBackUntil && this.#follower.mayTryLead(now);
    if (!isItsTurn) return lookForLeader(home.dir);
    const look = await lookForLead(home.dir);
    if (look.kind !== 'lead') return look;
    if (await this.#leavesLeadToNewer()) {
      look.lock?.release();
      return lookForLeader(home.dir);
    }
    if (startDaemon !== null) {
      look.lock?.release();
      return { kind: 'start-daemon' };
    }
    try {
      // Beside a leader that this process has followed there is nothing newer to be found.
      const isKnown = this.#schemaVersion !== null && this.#schemaVersion <= schemaVersion;
      if (!isKnown) await refuseNewerSchema(home.dir, schemaVersion);
      return look;
    } catch (error) {
      look.lock?.release();
      throw error;
    }
  }

  /** Whether the leader before has handed over to a newer core, which then comes first for a moment. */
  async #leavesLeadToNewer(): Promise<boolean> {
    const { home, version, timing } = this.#options;
    const instance = await readInstance(home.dir);
    if (instance?.yieldsTo === undefined || instance.epoch === this.#heldBackFor) return false;
    if (compareVersions(version, instance.yieldsTo) >= 0) return false;
    this.#heldBackFor = instance.epoch;
    this.#holdsBackUntil = performance.now() + timing.holdBackMs;
    return true;
  }

  async #startDaemon(): Promise<void> {
    // It was started, said that it serves, and yet nobody does.
    if (this.#hasStartedDaemon) await this.#pause(this.#nextRetryMs(0));
    this.#hasStartedDaemon = true;
    await this.#options.startDaemon?.();
  }

  async #lead(lock: LeaderLock | null, notice: string | null): Promise<void> {
    const { logger } = this.#options;
    if (this.#state.current().kind !== 'starting') logger.info('this core takes the lead');
    const yielded = Promise.withResolvers<string>();
    const leading = await this.#begin(lock, (version) => yielded.resolve(version));
    this.#leading = leading;
    // Those that came while it began.
    leading.workers.offerSecrets(this.#keys.all());
    this.#onFound(leading.url);
    this.#notices = [...(notice === null ? [] : [notice]), ...leading.notices];
    this.#state.set({ kind: 'leading', url: leading.url });
    this.#settled.resolve();
    const version = await untilAborted(yielded.promise, this.#stopping.signal);
    this.#leading = null;
    this.#notices = [];
    if (version === null) return leading.close();
    logger.info({ version }, 'this core hands over to a newer one');
    this.#state.set({ kind: 'starting' });
    await leading.close(version);
  }

  async #begin(lock: LeaderLock | null, onYield: (version: string) => void): Promise<LeadingCore> {
    const workers = this.#follower.handOver() ?? this.#options.createWorkers();
    try {
      return await this.#options.lead({
        lock,
        workers,
        boundPort: this.#boundPort,
        secrets: this.#keys.all(),
        listener: { onYield, onTrouble: (trouble) => this.#onTrouble(trouble) },
      });
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  #onTrouble(trouble: WorkerTrouble | null): void {
    if (this.#leading === null) return;
    const { url } = this.#leading;
    this.#state.set(
      trouble === null ? { kind: 'leading', url } : { kind: 'restarting', url, ...trouble },
    );
  }

  async #follow(core: RunningCore): Promise<void> {
    const { instance } = core;
    this.#onFound(instance.url);
    this.#schemaVersion = instance.schemaVersion;
    await this.#follower.follow(instance, {
      signal: this.#stopping.signal,
      onStandby: (isStandby) => {
        const leader = leaderInfo(instance);
        this.#state.set({ kind: 'attached', url: instance.url, leader, isStandby });
        this.#settled.resolve();
      },
    });
  }

  /** There is a leader, be it this process. */
  #onFound(url: string): void {
    this.#boundPort = Number(new URL(url).port);
    this.#waitingSince = null;
    this.#holdsBackUntil = 0;
    this.#hasStartedDaemon = false;
    this.#nextRetryMs = createBackOff(this.#options.timing.retry);
  }

  /** Somebody holds the lead and does not prove to be a core: it starts, or it hangs. */
  async #wait(search: CoreSearch): Promise<void> {
    const { timing, home, keepsTrying } = this.#options;
    const now = performance.now();
    this.#waitingSince ??= now;
    const hasFollowed = this.#boundPort !== null;
    const patienceMs = hasFollowed ? timing.hungAfterMs : timing.startPatienceMs;
    if (now - this.#waitingSince > patienceMs) {
      const error = unprovenLeader(home.dir, search);
      if (!keepsTrying && !hasFollowed) throw error;
      const leader = search.kind === 'unproven' ? leaderInfo(search.instance) : null;
      this.#state.set({ kind: 'hung', leader, message: error.message });
    }
    await this.#pause(this.#follower.pauseMs(now));
  }

  async #fail(error: unknown): Promise<void> {
    if (!this.#options.keepsTrying) throw error;
    const failure =
      error instanceof RelayError
        ? error
        : new RelayError('internal', 'The core cannot start; the log says why.', { cause: error });
    const retryInMs = this.#nextRetryMs(0);
    this.#options.logger.error({ error, retryInMs }, 'the core cannot start; it is tried again');
    const { code, message } = failure;
    this.#state.set({ kind: 'failed', code, message, retryInMs });
    await this.#pause(retryInMs);
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}

function leaderInfo({ pid, version, host, epoch }: Instance): LeaderInfo {
  return { pid, version, host, epoch };
}

/** Null once the signal is aborted. */
async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | null> {
  const aborted = Promise.withResolvers<null>();
  const onAbort = (): void => aborted.resolve(null);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
