import assert from 'node:assert/strict';
import type { CacheDirective } from '../../contract/names.ts';
import { aRequest, type RequestChanges } from '../testing/builders.ts';
import { planCache, type CacheSettings } from './cache-policy.ts';

const settings: CacheSettings = {
  isEnabled: true,
  mode: 'deterministic',
  ttlSeconds: 60,
  maxEntryBytes: 1024,
};

function planOf(
  changes: RequestChanges,
  over: Partial<CacheSettings> = {},
): [boolean, number | null] {
  const plan = planCache(aRequest(changes), { ...settings, ...over });
  return [plan.mayRead, plan.keepSeconds];
}

function asking(
  cacheDirective: CacheDirective,
  cacheTtlSeconds: number | null = null,
): RequestChanges {
  return { request: { cacheDirective, cacheTtlSeconds } };
}

const sampling = { fields: { isDeterministic: false } };

describe('the cache policy', () => {
  it('reads and keeps deterministic requests', () => assert.deepEqual(planOf({}), [true, 60]));

  it('leaves sampling requests alone', () => assert.deepEqual(planOf(sampling), [false, null]));

  it('takes sampling requests where the configuration says so', () =>
    assert.deepEqual(planOf(sampling, { mode: 'all' }), [true, 60]));

  it('takes a sampling request where its header says so', () =>
    assert.deepEqual(planOf({ ...sampling, ...asking('use') }), [true, 60]));

  it('never takes what has effects or wants several samples', () =>
    assert.deepEqual(
      planOf({ fields: { isUncacheable: () => true }, ...asking('use') }, { mode: 'all' }),
      [false, null],
    ));

  it('does nothing when switched off or bypassed', () => {
    assert.deepEqual(planOf({}, { isEnabled: false }), [false, null]);
    assert.deepEqual(planOf(asking('bypass')), [false, null]);
  });

  it('fetches and keeps anew on refresh', () =>
    assert.deepEqual(planOf(asking('refresh')), [false, 60]));

  it('fetches and keeps anew what the user wants to bypass, once it would have been read', () => {
    const asked: (string | null)[] = [];
    const takesBypass = (workspace: string | null): boolean => asked.push(workspace) === 1;
    assert.deepEqual(planOf(sampling, { takesBypass }), [false, null]);
    assert.deepEqual(planOf(asking('refresh'), { takesBypass }), [false, 60]);
    assert.deepEqual(asked, []);
    assert.equal(planCache(aRequest({}), { ...settings, takesBypass }).outcomeOfFetch, 'bypass');
    assert.deepEqual([planOf({}, { takesBypass }), asked.length], [[true, 60], 2]);
  });

  it('takes the time to live of the header, and keeps nothing for 0', () => {
    assert.deepEqual(planOf(asking('use', 5)), [true, 5]);
    assert.deepEqual(planOf(asking('use', 0)), [true, null]);
  });

  it('leaves bodies alone that were not scanned', () =>
    assert.deepEqual(planOf({ request: { scanned: null } }), [false, null]));
});
