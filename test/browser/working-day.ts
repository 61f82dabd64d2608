// A day at somebody's desk, for looking at the page: four assistants, five providers, and one of
// everything that a request can come to. The same every time.
import { ledgerBackends } from '../../proxy-core/src/backends/ledger/registry.ts';
import type { LedgerRow } from '../../proxy-core/src/domain/ledger-row.ts';
import { systemClock } from '../../proxy-core/src/platform/clock/clock.ts';
import { loadSqlite } from '../../proxy-core/src/platform/sqlite/load-sqlite.ts';
import { aLedgerRow } from '../support/ledger-rows.ts';
import { createRecordingLogger } from '../support/recording-logger.ts';

/** Friday, a little before six: the time at which the pictures are taken. */
export const fridayEvening: number = Date.UTC(2026, 10, 20, 17, 42, 30);

const requestsByHour = [0, 0, 0, 0, 0, 0, 0, 2, 11, 27, 34, 31, 12, 16, 38, 33, 25, 14];

/** Prices in nano-dollars a token; of the right order. */
const habits = [
  {
    share: 0.46,
    assistant: 'claude-code',
    provider: 'anthropic',
    model: 'claude-sonnet-4-6',
    price: { input: 3_000, output: 15_000 },
    context: 42_000,
  },
  {
    share: 0.08,
    assistant: 'claude-code',
    provider: 'anthropic',
    model: 'claude-opus-4-8',
    price: { input: 5_000, output: 25_000 },
    context: 61_000,
  },
  {
    share: 0.22,
    assistant: 'codex',
    provider: 'openai',
    model: 'gpt-5.2',
    price: { input: 1_750, output: 14_000 },
    context: 18_000,
  },
  {
    share: 0.1,
    assistant: 'continue',
    provider: 'openai',
    model: 'text-embedding-3-small',
    price: { input: 20, output: 0 },
    context: 0,
  },
  {
    share: 0.1,
    assistant: 'continue',
    provider: 'workshop',
    model: 'qwen3-coder-30b',
    price: null,
    context: 0,
  },
  {
    share: 0.04,
    assistant: 'cline',
    provider: 'demo',
    model: 'demo',
    price: { input: 0, output: 0 },
    context: 0,
  },
] as const;
type Habit = (typeof habits)[number];

/** Writes the day into the ledger of a data folder that no core has open, moved so that the evening is `now`. */
export async function seedWorkingDay(dataDir: string, now = fridayEvening): Promise<void> {
  const sqlite = loadSqlite();
  if (sqlite === null) throw new Error('This Node has no SQLite.');
  const dependencies = { sqlite, clock: systemClock, logger: createRecordingLogger() };
  const ledger = ledgerBackends.sqlite(dependencies, { dataDir });
  await ledger.append(workingDay().map((row) => moved(row, now)));
  await ledger.close();
}

function moved(row: LedgerRow, now: number): LedgerRow {
  const shift = now - fridayEvening;
  const endedAt = row.endedAt === null ? null : row.endedAt + shift;
  return { ...row, endedAt, startedAt: row.startedAt + shift };
}

function workingDay(): LedgerRow[] {
  const random = createRandom(7);
  const midnight = fridayEvening - (fridayEvening % 86_400_000);
  const times = requestsByHour.flatMap((count, hour) =>
    Array.from({ length: count }, () => midnight + Math.floor((hour + random()) * 3_600_000)),
  );
  const past = times.filter((time) => time < fridayEvening - 60_000).toSorted((a, b) => a - b);
  return past.map((time, index) => aRequestOfTheDay(time, past.length - index, random));
}

/** `fromLast` is 1 for the newest: the top of the table shows what can happen. */
function aRequestOfTheDay(startedAt: number, fromLast: number, random: () => number): LedgerRow {
  const habit = habitAt(fromLast, random());
  const row = completed(habit, startedAt, random);
  const chance = random();
  if (fromLast === 6 || (fromLast > 14 && chance < 0.02)) return refused(row);
  if (fromLast === 9) return { ...row, outcome: 'aborted', isUsageEstimated: true };
  const isHit = fromLast === 3 || (habit.model.includes('embedding') && chance < 0.55);
  if (isHit) return repeated(row, 'hit');
  if (fromLast === 12) return repeated(row, 'coalesced');
  return row;
}

function habitAt(fromLast: number, position: number): Habit {
  const staged = [0, 2, 3, 0, 4, 2, 1, 5, 0][fromLast - 1];
  if (staged !== undefined) return habits[staged] ?? habits[0];
  let sum = 0;
  return habits.find(({ share }) => (sum += share) > position) ?? habits[0];
}

function completed(habit: Habit, startedAt: number, random: () => number): LedgerRow {
  const { assistant, provider, model, price, context } = habit;
  const isEmbedding = model.includes('embedding');
  const inputTokens = 80 + Math.floor(random() * 2_400);
  const cacheReadTokens = Math.floor(context * (0.4 + random()));
  const outputTokens = isEmbedding ? 0 : 40 + Math.floor(random() * 1_400);
  const costs = {
    inputCostNanoUsd: price === null ? null : inputTokens * price.input,
    cacheReadCostNanoUsd: price === null ? null : (cacheReadTokens * price.input) / 10,
    outputCostNanoUsd: price === null ? null : outputTokens * price.output,
  };
  const total = Object.values(costs).reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  const timeToFirstByteMs = isEmbedding ? 40 + random() * 60 : 280 + random() * 900;
  const latencyMs = timeToFirstByteMs + outputTokens * 9;
  return aLedgerRow({
    requestId: `rq_${startedAt.toString(16).padStart(12, '0')}0000000000000000`,
    startedAt,
    endedAt: startedAt + Math.ceil(latencyMs),
    assistant,
    dialect: provider === 'anthropic' ? 'anthropic' : 'openai',
    endpoint: endpointOf(provider, isEmbedding),
    requestedModel: model,
    provider,
    model,
    cacheOutcome: isEmbedding || provider === 'demo' ? 'miss' : 'bypass',
    inputTokens,
    cacheReadTokens,
    outputTokens,
    ...costs,
    costNanoUsd: price === null ? null : total,
    savedByPromptCacheNanoUsd: price === null ? null : cacheReadTokens * price.input * 0.9,
    latencyMs,
    timeToFirstByteMs,
    upstreamMs: latencyMs - 1,
  });
}

function endpointOf(provider: string, isEmbedding: boolean): string {
  if (isEmbedding) return 'embeddings';
  return provider === 'anthropic' ? 'messages' : 'chat.completions';
}

/** As the core records it: nothing was consumed, and what it would have cost is saved. */
function repeated(row: LedgerRow, cacheOutcome: 'hit' | 'coalesced'): LedgerRow {
  // Who joins waits for the rest of the answer.
  const latencyMs = cacheOutcome === 'hit' ? 1.8 : (row.latencyMs ?? 0) * 0.8;
  return {
    ...row,
    cacheOutcome,
    endedAt: row.startedAt + Math.ceil(latencyMs),
    attempts: 0,
    inputTokens: 0,
    cacheReadTokens: 0,
    outputTokens: 0,
    costNanoUsd: 0,
    inputCostNanoUsd: null,
    cacheReadCostNanoUsd: null,
    cacheWriteCostNanoUsd: null,
    outputCostNanoUsd: null,
    toolsCostNanoUsd: null,
    savedByCacheNanoUsd: row.costNanoUsd,
    savedByPromptCacheNanoUsd: null,
    latencyMs,
    timeToFirstByteMs: null,
    upstreamMs: null,
  };
}

function refused(row: LedgerRow): LedgerRow {
  return {
    ...row,
    ...noCosts,
    outcome: 'failed',
    status: 429,
    errorCode: 'rate_limited',
    inputTokens: 0,
    cacheReadTokens: 0,
    outputTokens: 0,
    savedByPromptCacheNanoUsd: 0,
    latencyMs: 212,
    timeToFirstByteMs: 211,
  };
}

const noCosts = {
  costNanoUsd: 0,
  inputCostNanoUsd: 0,
  cacheReadCostNanoUsd: 0,
  outputCostNanoUsd: 0,
} as const;

/** A small generator of numbers in [0, 1) that repeats itself (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
