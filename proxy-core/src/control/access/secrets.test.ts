import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSecrets, type Secrets } from './secrets.ts';

describe('secrets in memory', () => {
  let now = 0;
  let secrets: Secrets;

  beforeEach(() => {
    now = 1_000_000;
    const dependencies = { clock: { now: () => now }, random: { bytes: randomBytes } };
    secrets = createSecrets(dependencies, { prefix: 'rc_t_', lifetimeMs: 1000, maxCount: 3 });
  });

  it('are random behind their prefix', () => {
    assert.match(secrets.issue().secret, /^rc_t_[\w-]{43}$/);
    assert.notEqual(secrets.issue().secret, secrets.issue().secret);
  });

  it('can be taken once', () => {
    const { secret } = secrets.issue();
    assert.equal(secrets.take(secret), true);
    assert.equal(secrets.take(secret), false);
    assert.equal(secrets.has(secret), false);
  });

  it('expire', () => {
    const { secret, expiresAt } = secrets.issue();
    now = expiresAt - 1;
    assert.equal(secrets.has(secret), true);
    now = expiresAt;
    assert.equal(secrets.has(secret), false);
    assert.equal(secrets.take(secret), false);
  });

  it('push the oldest out above their number', () => {
    const issued = [1, 2, 3, 4].map(() => secrets.issue().secret);
    assert.deepEqual(
      issued.map((secret) => secrets.has(secret)),
      [false, true, true, true],
    );
  });
});
