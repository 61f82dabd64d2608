import assert from 'node:assert/strict';
import type { CoreHost } from '../core-host/core-host.ts';
import { CoreUnavailable } from '../core-host/core-unavailable.ts';
import { answerPage } from './answer-page.ts';

describe('the answer to the page', () => {
  let done: string[];
  let failure: Error | null;

  beforeEach(() => {
    done = [];
    failure = null;
  });

  const answer = (message: unknown): ReturnType<typeof answerPage> =>
    answerPage(message, {
      core: {
        async call(name: string, params: unknown) {
          if (failure !== null) throw failure;
          done.push(`${name} ${JSON.stringify(params)}`);
          return { requests: [] };
        },
      } as unknown as CoreHost,
      isUnavailable: (error) => error instanceof CoreUnavailable,
      createToken: () => done.push('token'),
      restartCore: () => done.push('restart'),
    });
  const call = { type: 'call', id: 3, name: 'usage.requests', params: { limit: 5 } };

  it('carries what the core says', async () => {
    assert.deepEqual(await answer(call), { type: 'result', id: 3, result: { requests: [] } });
    assert.deepEqual(done, ['usage.requests {"limit":5}']);
  });

  it('tells a core that is not there from one that refuses', async () => {
    failure = new CoreUnavailable({ kind: 'failed', reason: 'No port.' });
    const failed = { type: 'failure', id: 3 } as const;
    assert.deepEqual(await answer(call), { ...failed, kind: 'unreachable', message: 'No port.' });
    failure = new Error('Disk full.');
    assert.deepEqual(await answer(call), { ...failed, kind: 'refused', message: 'Disk full.' });
  });

  it('does what a button is for', async () => {
    await answer({ type: 'command', command: 'create-token' });
    await answer({ type: 'command', command: 'restart-core' });
    assert.deepEqual(done, ['token', 'restart']);
  });

  it('is none for anything that a page may not do', async () => {
    for (const message of [
      null,
      'x',
      { ...call, name: 'tokens.create' },
      { ...call, name: 'cache.clear' },
      { type: 'command', command: 'workbench.action.quit' },
    ]) {
      assert.equal(await answer(message), null);
    }
    assert.deepEqual(done, []);
  });
});
