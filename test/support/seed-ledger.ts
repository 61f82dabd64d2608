// A year of plausible ledger rows, for benches and for looking at the page with something in it.

import { LedgerAccess } from '../../proxy-core/src/backends/ledger/sqlite/ledger-access.ts';
import {
  ledgerMigrations,
  ledgerPragmas,
} from '../../proxy-core/src/backends/ledger/sqlite/ledger-schema.ts';
import { valuesOfRow } from '../../proxy-core/src/backends/ledger/row-codec.ts';
import type { LedgerRow } from '../../proxy-core/src/domain/ledger-row.ts';
import { loadSqlite } from '../../proxy-core/src/platform/sqlite/load-sqlite.ts';
import { RecoveringDatabase } from '../../proxy-core/src/platform/sqlite/recovering-database.ts';
import { join } from 'node:path';
import { aLedgerRow } from './ledger-rows.ts';

const yearMs = 365 * 86_400_000;
const rowsABatch = 5000;

/** Nano-dollars a token; invented, and of the right order. */
const models = [
  { provider: 'anthropic', model: 'claude-sonnet-4-6', input: 3000, output: 15_000, share: 0.5 },
  { provider: 'openai', model: 'gpt-5.2', input: 1750, output: 14_000, share: 0.2 },
  { provider: 'openai', model: 'gpt-4o-mini', input: 150, output: 600, share: 0.2 },
  { provider: 'anthropic', model: 'claude-opus-4-8', input: 5000, output: 25_000, share: 0.1 },
] as const;
const assistants = ['claude-code', 'codex', 'cline', 'continue', null] as const;
const branches = ['main', 'feature/login', 'fix/parser', null] as const;
const tags = ['team=core', 'team=web,env=dev', null, null] as const;

/**
 * Writes `rows` requests into `<dataDir>/ledger.db`, spread over the year before `now` (epoch
 * milliseconds). The same arguments give the same rows. Some 100,000 rows take a second.
 */
export function seedLedger(dataDir: string, rows: number, now = Date.now()): void {
  const sqlite = loadSqlite();
  if (sqlite === null) throw new Error('This Node has no SQLite.');
  const database = new RecoveringDatabase<LedgerAccess>(
    { sqlite, now: () => now },
    {
      path: join(dataDir, 'ledger.db'),
      migrations: ledgerMigrations,
      pragmas: ledgerPragmas,
      prepare: (open) => new LedgerAccess(open),
      onMovedAside: ({ path }) => {
        throw new Error(`${path} is damaged.`);
      },
    },
  );
  const random = createRandom(rows);
  for (let done = 0; done < rows; done += rowsABatch) {
    const batch = Array.from({ length: Math.min(rowsABatch, rows - done) }, (_, index) => {
      const position = (done + index) / rows;
      return valuesOfRow(plausibleRow(Math.floor(now - yearMs + position * yearMs), random));
    });
    database.run((access) => access.insert(batch));
  }
  database.close();
}

function plausibleRow(startedAt: number, random: () => number): LedgerRow {
  const { provider, model, input, output } = pickModel(random());
  const isHit = random() < 0.05;
  const isFailed = !isHit && random() < 0.02;
  const scale = isFailed ? 0 : 1;
  const inputTokens = Math.floor(random() * 4000) * scale;
  const cacheReadTokens = Math.floor(random() * 60_000) * scale;
  const cacheWriteTokens = Math.floor(random() * 3000) * scale;
  const outputTokens = Math.floor(random() * 1500) * scale;
  const costs = {
    inputCostNanoUsd: inputTokens * input,
    cacheReadCostNanoUsd: Math.round((cacheReadTokens * input) / 10),
    cacheWriteCostNanoUsd: Math.round(cacheWriteTokens * input * 1.25),
    outputCostNanoUsd: outputTokens * output,
  };
  const fullCost = Object.values(costs).reduce((sum, cost) => sum + cost, 0);
  const latencyMs = isHit ? 2 : 800 + Math.floor(random() * 20_000);
  return aLedgerRow({
    requestId: `rq_${startedAt.toString(16).padStart(12, '0')}${hexDigits(random)}`,
    startedAt,
    endedAt: startedAt + latencyMs,
    outcome: isFailed ? 'failed' : 'completed',
    status: isFailed ? 529 : 200,
    errorCode: isFailed ? 'upstream_overloaded' : null,
    assistant: pick(assistants, random),
    workspace: `w${Math.floor(random() * 12)}`,
    branch: pick(branches, random),
    session: `s${Math.floor(startedAt / 3_600_000)}`,
    tags: pick(tags, random),
    dialect: provider === 'anthropic' ? 'anthropic' : 'openai',
    endpoint: provider === 'anthropic' ? 'messages' : 'chat.completions',
    requestedModel: model,
    provider,
    model,
    cacheOutcome: isHit ? 'hit' : random() < 0.3 ? 'miss' : 'bypass',
    inputTokens,
    cacheReadTokens,
    cacheWrite5mTokens: cacheWriteTokens,
    outputTokens,
    isUsageEstimated: random() < 0.01,
    ...(isHit ? noCosts : costs),
    costNanoUsd: isHit ? 0 : fullCost,
    savedByCacheNanoUsd: isHit ? fullCost : 0,
    savedByPromptCacheNanoUsd: Math.round(cacheReadTokens * input * 0.9),
    latencyMs,
    timeToFirstByteMs: Math.min(latencyMs, 300 + Math.floor(random() * 900)),
    upstreamMs: isHit ? null : latencyMs - 1,
  });
}

const noCosts = {
  inputCostNanoUsd: 0,
  cacheReadCostNanoUsd: 0,
  cacheWriteCostNanoUsd: 0,
  outputCostNanoUsd: 0,
} as const;

function pickModel(position: number): (typeof models)[number] {
  let sum = 0;
  return models.find(({ share }) => (sum += share) > position) ?? models[0];
}

function pick<Value>(values: readonly [Value, ...Value[]], random: () => number): Value {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

function hexDigits(random: () => number): string {
  const digits = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return digits() + digits();
}

/** A small generator of numbers in [0, 1) that repeats itself (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
