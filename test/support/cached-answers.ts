// Cached answers for tests: a plausible one by default, and only what the test is about said in the test.

import { createHash } from 'node:crypto';
import type { CachedAnswer } from '../../proxy-core/src/domain/cached-answer.ts';
import { noUsage } from '../../proxy-core/src/domain/usage.ts';
import { noon } from './ledger-rows.ts';

/** A key as the pipeline makes them: 64 hexadecimal digits. */
export function aCacheKey(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

/** A small JSON answer under the key of `name`, good for an hour. */
export function aCachedAnswer(name: string, overrides: Partial<CachedAnswer> = {}): CachedAnswer {
  return {
    key: aCacheKey(name),
    form: 'json',
    contentType: 'application/json',
    body: Buffer.from(`{"answer":"${name}"}`),
    provider: 'openai',
    model: 'gpt-4o-mini',
    workspace: 'w1',
    usage: { ...noUsage, inputTokens: 12, outputTokens: 34 },
    costNanoUsd: 5600,
    hasUsageChunk: false,
    createdAt: noon,
    expiresAt: noon + 3_600_000,
    ...overrides,
  };
}
