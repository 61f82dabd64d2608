import assert from 'node:assert/strict';
import type { CachedAnswer } from '../../../domain/cached-answer.ts';
import { createAnswerSeal } from './answer-seal.ts';

const answer: CachedAnswer = {
  key: 'ab'.repeat(32),
  form: 'json',
  contentType: 'application/json',
  body: Buffer.from('{"content":"the answer"}'),
  provider: 'openai',
  model: 'gpt-4o-mini',
  workspace: 'w1',
  usage: null,
  costNanoUsd: 42,
  hasUsageChunk: false,
  createdAt: 1,
  expiresAt: 2,
};

describe('the seal of cached answers', () => {
  const seal = createAnswerSeal(Buffer.alloc(32, 1));
  const other = createAnswerSeal(Buffer.alloc(32, 2));

  it('opens what it has sealed', () => {
    assert.deepEqual(seal.open(answer, seal.seal(answer)), answer);
    const empty = { ...answer, body: Buffer.alloc(0) };
    assert.deepEqual(seal.open(empty, seal.seal(empty)), empty);
  });

  it('shows nothing of the answer, and never the same bytes twice', () => {
    const first = seal.seal(answer);
    assert.equal(first.includes('the answer'), false);
    assert.equal(first.includes('application/json'), false);
    assert.notDeepEqual(seal.seal(answer), first);
  });

  it('does not open with another secret, which has another key id', () => {
    assert.equal(other.open(answer, seal.seal(answer)), null);
    assert.notDeepEqual(other.keyId, seal.keyId);
    assert.equal(seal.keyId.length, 8);
  });

  it('does not open where a bit was changed or bytes are missing', () => {
    const sealed = seal.seal(answer);
    for (const position of [0, 12, 28, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[position] = (changed[position] ?? 0) ^ 1;
      assert.equal(seal.open(answer, changed), null, `byte ${position}`);
    }
    for (const length of [0, 10, 27, 28, sealed.length - 1]) {
      assert.equal(seal.open(answer, sealed.subarray(0, length)), null, `${length} bytes`);
    }
  });

  it('does not open beside the metadata of another entry', () => {
    const sealed = seal.seal(answer);
    const others: Partial<CachedAnswer>[] = [
      { key: 'cd'.repeat(32) },
      { provider: 'x' },
      { model: 'x' },
      { workspace: null },
      { createdAt: 0 },
      { expiresAt: 9_999_999 },
    ];
    for (const change of others) {
      assert.equal(seal.open({ ...answer, ...change }, sealed), null, JSON.stringify(change));
    }
  });
});
