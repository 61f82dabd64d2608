// What today has cost, up to the request that has just ended: what earlier cores wrote into the ledger,
// plus the rows of this one as they end. Asking the ledger anew for each would read the whole day.
import { UsageSummary } from '../../backends/ledger/usage-report.ts';
import type { UsageSummaryReport } from '../../contract/bridge/usage-calls.ts';
import { hitRateOf } from '../../domain/hit-rate.ts';
import type { LedgerReader, UsageSums } from '../../domain/ledger.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import { startOfDay } from '../../domain/start-of-day.ts';
import type { Clock } from '../../platform/clock/clock.ts';

export interface UsageToday {
  /** Rows of requests that have ended. */
  note(rows: readonly LedgerRow[]): void;
  /** Rejects with `storage_failed` while the ledger is away that has the part of earlier cores. */
  summary(): Promise<UsageSummaryReport>;
  close(): void;
}

export interface UsageTodayDependencies {
  readonly ledger: Pick<LedgerReader, 'usage'>;
  readonly clock: Pick<Clock, 'now' | 'every'>;
  /** At most once in `intervalMs`, after something has changed. */
  onChanged(summary: UsageSummaryReport): void;
}

export interface UsageTodayOptions {
  readonly intervalMs: number;
}

interface Day {
  readonly from: number;
  /** Rows of this core. */
  readonly own: UsageSummary;
  /** Rows of earlier cores, as the ledger last had them; null: not known yet. */
  earlier: UsageSums | null;
}

/** An earlier core may still write rows when it has handed over: its part is asked for again. */
const refreshMs = 60_000;

export function createUsageToday(
  dependencies: UsageTodayDependencies,
  options: UsageTodayOptions = { intervalMs: 250 },
): UsageToday {
  return new Today(dependencies, options);
}

class Today implements UsageToday {
  readonly #dependencies: UsageTodayDependencies;
  /** Requests that began before belong to earlier cores. */
  readonly #startedAt: number;
  readonly #stops: readonly (() => void)[];
  #day: Day;
  #hasChanged = true;
  #asking: Promise<void> | null = null;

  constructor(dependencies: UsageTodayDependencies, { intervalMs }: UsageTodayOptions) {
    this.#dependencies = dependencies;
    const { clock } = dependencies;
    this.#startedAt = clock.now();
    this.#day = this.#newDay();
    this.#stops = [
      clock.every(intervalMs, () => this.#tell()),
      clock.every(refreshMs, () => void this.#askLedger().catch(() => undefined)),
    ];
  }

  note(rows: readonly LedgerRow[]): void {
    const { from, own } = this.#today();
    for (const row of rows) if (row.startedAt >= from) own.addRow(null, row);
    if (rows.length > 0) this.#hasChanged = true;
  }

  async summary(): Promise<UsageSummaryReport> {
    if (this.#today().earlier === null) await this.#askLedger();
    return this.#sum(this.#today());
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #today(): Day {
    if (startOfDay(this.#dependencies.clock.now()) !== this.#day.from) {
      this.#day = this.#newDay();
      this.#hasChanged = true;
    }
    return this.#day;
  }

  #newDay(): Day {
    const from = startOfDay(this.#dependencies.clock.now());
    const own = new UsageSummary({});
    // A day that began in the life of this core has no earlier part.
    return { from, own, earlier: from >= this.#startedAt ? noneOf(own) : null };
  }

  #tell(): void {
    const day = this.#today();
    if (!this.#hasChanged) return;
    if (day.earlier === null) {
      // It tells when the ledger has answered; while it is away, at the next round.
      this.#askLedger().catch(() => undefined);
      return;
    }
    this.#hasChanged = false;
    this.#dependencies.onChanged(this.#sum(day));
  }

  #askLedger(): Promise<void> {
    const day = this.#today();
    if (day.from >= this.#startedAt) return Promise.resolve();
    this.#asking ??= this.#dependencies.ledger
      .usage({ from: day.from, to: this.#startedAt })
      .then(({ totals }) => {
        const isNews = JSON.stringify(day.earlier) !== JSON.stringify(totals);
        day.earlier = totals;
        this.#hasChanged ||= isNews;
      })
      .finally(() => {
        this.#asking = null;
      });
    return this.#asking;
  }

  #sum({ from, own, earlier }: Day): UsageSummaryReport {
    const summary = new UsageSummary({});
    summary.add(null, own.report().totals);
    if (earlier !== null) summary.add(null, earlier);
    const { totals } = summary.report();
    return { from, to: null, totals, hitRate: hitRateOf(totals) };
  }
}

function noneOf(empty: UsageSummary): UsageSums {
  return { ...empty.report().totals };
}
