import assert from 'node:assert/strict';
import { createOutageWatch } from './outage-watch.ts';

describe('the watch over providers', () => {
  const down = { id: 'openai', status: 'down' } as const;

  it('tells of a provider that is down, and of no other change', () => {
    const watch = createOutageWatch(() => 0);
    assert.equal(watch.note({ id: 'openai', status: 'degraded' }), false);
    assert.equal(watch.note(down), true);
    assert.equal(watch.note({ id: 'openai', status: 'ok' }), false);
    assert.equal(watch.note({ id: 'anthropic', status: 'down' }), true);
  });

  it('does not nag where one comes and goes', () => {
    let now = 0;
    const watch = createOutageWatch(() => now);
    assert.equal(watch.note(down), true);
    now = 14 * 60_000;
    assert.equal(watch.note(down), false);
    now = 15 * 60_000;
    assert.equal(watch.note(down), true);
  });
});
