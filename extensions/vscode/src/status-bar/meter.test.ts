import assert from 'node:assert/strict';
import type { CoreState } from '../core-host/core-state.ts';
import { createFigures } from './figures.ts';
import { meterOf, type MeterInput } from './meter.ts';
import { attached, leading, someUsage } from './testing/usage.ts';

describe('the cost meter', () => {
  const figures = createFigures('en-US');
  const meter = (input: Partial<MeterInput>): ReturnType<typeof meterOf> =>
    meterOf(
      { state: leading, totals: null, cacheMode: 'on', content: 'costAndHitRate', ...input },
      figures,
    );
  const totals = someUsage({ costNanoUsd: 420_000_000, cacheHits: 38, cacheLookups: 100 });

  it("shows today's cost and the hit rate, whoever leads", () => {
    assert.equal(meter({ totals }).text, '$(pulse) $0.4200 · 38%');
    assert.equal(meter({ totals, state: attached }).text, '$(pulse) $0.4200 · 38%');
    assert.equal(
      meter({ totals }).spoken,
      'RelayCore: $0.4200 today, 38% of requests answered by the cache',
    );
  });

  it('shows no hit rate where nothing was looked up', () => {
    assert.equal(meter({ totals: someUsage() }).text, '$(pulse) $0.00');
  });

  it('marks estimates and requests of unknown price', () => {
    const doubtful = { ...totals, estimatedRequests: 1, unpricedRequests: 2 };
    assert.equal(meter({ totals: doubtful }).text, '$(pulse) ≈$0.4200+ · 38%');
  });

  it('calls a cost unknown where nothing of it is known', () => {
    const unknown = { ...totals, costNanoUsd: 0, unpricedRequests: 2 };
    assert.equal(meter({ totals: unknown }).text, '$(pulse) cost unknown · 38%');
  });

  it('says that the cache is off', () => {
    assert.equal(meter({ totals, cacheMode: 'off' }).text, '$(debug-pause) $0.4200 · cache off');
  });

  it('shows as little as the user wants', () => {
    assert.equal(meter({ totals, content: 'cost' }).text, '$(pulse) $0.4200');
    assert.equal(meter({ totals, content: 'icon' }).text, '$(pulse)');
  });

  it('shows no number that it does not know', () => {
    assert.equal(meter({}).text, '$(pulse) RelayCore');
  });

  for (const [state, text, tone] of [
    [{ kind: 'starting' }, '$(loading~spin) RelayCore', 'plain'],
    [{ kind: 'restarting', reason: '' }, '$(sync~spin) RelayCore restarts', 'plain'],
    [{ kind: 'reconnecting' }, '$(sync~spin) RelayCore reconnects', 'plain'],
    [{ kind: 'hung', leader: null, reason: '' }, '$(warning) RelayCore hangs', 'warning'],
    [{ kind: 'failed', reason: '' }, '$(error) RelayCore', 'error'],
    [{ kind: 'stopped' }, '$(circle-slash) RelayCore', 'plain'],
  ] satisfies readonly (readonly [CoreState, string, string])[]) {
    it(`says when the core is ${state.kind}, and shows no old numbers then`, () => {
      const shown = meter({ state, totals });
      assert.equal(shown.text, text);
      assert.equal(shown.tone, tone);
    });
  }
});
