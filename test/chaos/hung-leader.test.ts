// A leader that is stopped, as in a debugger: it is reported, never raced, and goes on where it was.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { aConfig } from '../support/core-config.ts';
import { logLines } from '../support/health.ts';
import { until } from '../support/until.ts';
import { createCoreGroup, untilServed, untilStandby, type CoreGroup } from './core-group.ts';

describe('a leader that hangs', function () {
  if (process.platform === 'win32') return;
  this.timeout(60_000);
  let group: CoreGroup;

  beforeEach(() => {
    group = createCoreGroup(aConfig('http://127.0.0.1:1'));
  });
  afterEach(() => group.close());

  it('is reported by its followers, not raced, and followed again when it goes on', async () => {
    const leader = await group.start();
    const standby = await group.start();
    await untilStandby(standby);
    const told = (pattern: RegExp): number =>
      logLines(standby.stderr()).filter(({ msg }) => pattern.test(String(msg))).length;
    process.kill(leader.pid, 'SIGSTOP');
    await until(
      'the report',
      () => told(new RegExp(`process ${leader.pid}.*suspended`)) > 0,
      20_000,
    );
    // Time enough to race for the lead, many times over.
    await sleep(1_000);
    assert.equal(told(/takes the lead/), 0);
    const attachedBefore = told(/is attached/);
    process.kill(leader.pid, 'SIGCONT');
    await until('following again', () => told(/is attached/) > attachedBefore, 20_000);
    assert.equal(told(/takes the lead/), 0);
    assert.equal((await fetch(`${leader.url}/health`)).status, 200);
  });

  it('is replaced once it is killed', async () => {
    const leader = await group.start();
    const standby = await group.start();
    await untilStandby(standby);
    process.kill(leader.pid, 'SIGSTOP');
    await sleep(500);
    await leader.kill9();
    await untilServed(standby.url);
    assert.equal(standby.url, leader.url);
  });
});
