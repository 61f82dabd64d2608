// Keeps what the meter shows up to date: the day's sums with each notification, the break-down behind
// it at a slower pace, since it is a query over the day's rows.
import type { UsageReport, UsageSums } from '@relaycore/proxy-core/contract';
import type { CoreHost, Unsubscribe } from '../core-host/core-host.ts';
import { isRunning, type CoreState } from '../core-host/core-state.ts';
import type { CacheMode, DayUsage, UsageShare } from './day-usage.ts';

export interface MeterData {
  readonly state: CoreState;
  /** Of the day so far; null until the core has told. */
  readonly totals: UsageSums | null;
  /** The same broken down, at times a little older. */
  readonly usage: DayUsage | null;
  readonly cacheMode: CacheMode;
  readonly notices: readonly string[];
}

export interface DayWatchDependencies {
  readonly core: Pick<CoreHost, 'state' | 'onState' | 'call' | 'on'>;
  readonly now: () => number;
  /** Calls back once after so many milliseconds, unless the returned function is called before. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  onData(data: MeterData): void;
  /** Of a question that the core could not answer; it is asked again. */
  onFailure(error: unknown): void;
}

const breakDownPaceMs = 2_000;
/** A hand-over from window to window takes a blink; who looks at the meter need not see it. */
const blinkMs = 1_000;

/** Works until it is closed. */
export class DayWatch {
  readonly #dependencies: DayWatchDependencies;
  readonly #breakDown: Paced;
  readonly #subscriptions: readonly Unsubscribe[];
  #data: MeterData;
  #cancelMidnight = (): void => {};
  #cancelBlink = (): void => {};

  constructor(dependencies: DayWatchDependencies) {
    const { core, after } = dependencies;
    this.#dependencies = dependencies;
    this.#data = { state: core.state, totals: null, usage: null, cacheMode: null, notices: [] };
    this.#breakDown = createPaced(after, () => this.#readDay());
    this.#subscriptions = [
      core.onState((state) => this.#onState(state)),
      core.on('usage.changed', ({ totals }) => {
        this.#update({ totals });
        this.#breakDown.run();
      }),
      core.on('cache.changed', ({ enabled }) => this.#update({ cacheMode: cacheMode(enabled) })),
      core.on('alert.raised', () => void this.#readStatus()),
      core.on('config.changed', () => void this.#readStatus()),
    ];
  }

  start(): void {
    this.#onState(this.#dependencies.core.state);
    this.#atMidnight();
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#cancelMidnight();
    this.#cancelBlink();
    this.#breakDown.close();
  }

  #update(change: Partial<MeterData>): void {
    this.#data = { ...this.#data, ...change };
    this.#dependencies.onData(this.#data);
  }

  #onState(state: CoreState): void {
    this.#cancelBlink();
    if (state.kind === 'reconnecting') {
      this.#cancelBlink = this.#dependencies.after(blinkMs, () => this.#update({ state }));
      return;
    }
    this.#update({ state });
    if (isRunning(state)) this.#readAll();
  }

  #readAll(): void {
    this.#breakDown.run();
    void this.#readStatus();
  }

  async #readDay(): Promise<void> {
    const { core, now, onFailure } = this.#dependencies;
    if (!isRunning(core.state)) return;
    try {
      const usage = await readDay(core, localMidnight(now()));
      this.#update({ usage, totals: usage.totals });
    } catch (error) {
      onFailure(error);
    }
  }

  async #readStatus(): Promise<void> {
    const { core, onFailure } = this.#dependencies;
    try {
      const { cache, notices } = await core.call('status.get', {});
      this.#update({ notices, cacheMode: cacheMode(cache.enabled) });
    } catch (error) {
      onFailure(error);
    }
  }

  #atMidnight(): void {
    const { after, now } = this.#dependencies;
    this.#cancelMidnight = after(untilMidnight(now()), () => {
      this.#readAll();
      this.#atMidnight();
    });
  }
}

function cacheMode(isEnabled: boolean): CacheMode {
  return isEnabled ? 'on' : 'off';
}

interface Paced {
  /** Soon, and once more after the present run where it is called during it. */
  run(): void;
  close(): void;
}

/** At once where it has been quiet, then at most once in a while. */
function createPaced(after: DayWatchDependencies['after'], work: () => Promise<void>): Paced {
  let isBusy = false;
  let isWanted = false;
  let isClosed = false;
  let cancel = (): void => {};
  const run = async (): Promise<void> => {
    isBusy = true;
    isWanted = false;
    await work();
    if (isClosed) return;
    cancel = after(breakDownPaceMs, () => {
      isBusy = false;
      if (isWanted) void run();
    });
  };
  return {
    run() {
      isWanted = true;
      if (!isBusy && !isClosed) void run();
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}

async function readDay(core: Pick<CoreHost, 'call'>, from: number): Promise<DayUsage> {
  const [models, assistants] = await Promise.all([
    core.call('usage.series', { from, groupBy: 'model' }),
    core.call('usage.series', { from, groupBy: 'assistant' }),
  ]);
  return { totals: models.totals, byModel: sharesOf(models), byAssistant: sharesOf(assistants) };
}

function sharesOf({ groups }: UsageReport): readonly UsageShare[] {
  return groups.map(({ key, sums }) => ({ name: key, sums }));
}

function localMidnight(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

/** A little later, so that it is the new day for the core too. */
function untilMidnight(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime() - now + 1000;
}
