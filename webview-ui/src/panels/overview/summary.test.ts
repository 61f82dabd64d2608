import assert from 'node:assert/strict';
import { createFormat } from '../../data/format.ts';
import { summarise, type Figure } from './summary.ts';
import { someSums } from './testing/records.ts';

const format = createFormat('en-US');

function figure(label: string, sums: Parameters<typeof someSums>[0], demo = 0): Figure {
  const found = summarise(someSums(sums), demo, format).find((one) => one.label === label);
  assert.ok(found !== undefined);
  return found;
}

describe('the figures of the day', () => {
  it('come in the order of their importance', () => {
    assert.deepEqual(
      summarise(someSums(), 0, format).map(({ label }) => label),
      ['Cost', 'Saved', 'Requests', 'Cache hit rate', 'Tokens'],
    );
  });

  it('flag cost that is unknown or estimated', () => {
    const sums = { costNanoUsd: 1_500_000_000, unpricedRequests: 2, estimatedRequests: 1 };
    assert.deepEqual(figure('Cost', sums), {
      label: 'Cost',
      value: '≈ $1.50',
      notes: ['+ 2 requests of unknown cost', '1 request estimated'],
    });
  });

  it('say nothing beside a cost that is known', () => {
    assert.deepEqual(figure('Cost', { costNanoUsd: 1_500_000_000 }).notes, []);
  });

  it('tell what saved', () => {
    const sums = { savedByCacheNanoUsd: 2_000_000_000, savedByPromptCacheNanoUsd: 500_000_000 };
    const { value, notes } = figure('Saved', sums);
    assert.equal(value, '$2.50');
    assert.deepEqual(notes, ["$2.00 by RelayCore's cache", '$0.5000 by prompt caches']);
  });

  it('call requests to the demo provider a demo', () => {
    const { value, notes } = figure('Requests', { requests: 12, failedRequests: 1 }, 5);
    assert.equal(value, '12');
    assert.deepEqual(notes, ['1 failed', '5 to the demo']);
  });

  it('have no hit rate where nothing was looked up', () => {
    assert.equal(figure('Cache hit rate', { requests: 4 }).value, '–');
    const { value, notes } = figure('Cache hit rate', { cacheHits: 1, cacheLookups: 3 });
    assert.equal(value, '33.3%');
    assert.deepEqual(notes, ['1 of 3 lookups']);
  });

  it('count every kind of input token', () => {
    const sums = {
      inputTokens: 1_000,
      cacheReadTokens: 20_000,
      cacheWriteTokens: 3_000,
      outputTokens: 400,
    };
    const { value, notes } = figure('Tokens', sums);
    assert.equal(value, '24.4K');
    assert.deepEqual(notes, ['24K in, 400 out', '20K from prompt caches']);
  });
});
