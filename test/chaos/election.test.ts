// Twenty cores that start at the same moment on one data folder: one of them leads, all others find it.
import assert from 'node:assert/strict';
import { aConfig } from '../support/core-config.ts';
import { createCoreGroup, isFull, type CoreGroup } from './core-group.ts';

const rounds = isFull ? 50 : 1;
const contenders = 20;

describe('the election among twenty cores', function () {
  this.timeout(isFull ? 900_000 : 90_000);
  let group: CoreGroup;

  beforeEach(() => {
    group = createCoreGroup(aConfig('http://127.0.0.1:1'));
  });
  afterEach(() => group.close());

  it('gives one leader, every time', async () => {
    for (let round = 0; round < rounds; round++) {
      // On a busy machine the last of twenty takes its time.
      const starting = Array.from({ length: contenders }, () =>
        group.start({ readyTimeoutMs: 60_000 }),
      );
      const cores = await Promise.all(starting);
      const leaders = cores.filter(({ ready }) => ready['attached'] === false);
      assert.equal(leaders.length, 1, `round ${round}`);
      const [leader] = leaders;
      assert.deepEqual([...new Set(cores.map(({ url }) => url))], [leader?.url]);
      await Promise.all(cores.map((core) => core.kill9()));
    }
  });
});
