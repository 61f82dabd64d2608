import assert from 'node:assert/strict';
import { startChild, type RunningChild } from './child-process.ts';
import { nodeBinary, testEnvironment } from './run-core.ts';

describe('child process', function () {
  this.timeout(10_000);
  const run = (code: string): RunningChild =>
    startChild([nodeBinary(), '-e', code], { env: testEnvironment() });

  it('gives the first line and stops on SIGTERM', async () => {
    const child = run(
      `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000);
       console.error('log'); console.log('{"ready":1}');`,
    );
    assert.equal(await child.firstLine(8_000), '{"ready":1}');
    assert.deepEqual(await child.stop(), { code: 7, signal: null });
    assert.equal(child.stderr(), 'log\n');
  });

  it('kills what ignores SIGTERM', async () => {
    const child = run(
      `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000);`,
    );
    await child.firstLine(8_000);
    assert.equal((await child.stop(50)).signal, 'SIGKILL');
  });

  it('tells with stderr why no line came', async () => {
    const child = run(`console.error('the port is taken'); process.exit(3);`);
    await assert.rejects(child.firstLine(8_000), /code 3[^]*the port is taken/);
  });

  it('keeps the environment of the machine out', () => {
    process.env['RELAYCORE_SERVER__PORT'] = '1';
    try {
      assert.equal(testEnvironment()['RELAYCORE_SERVER__PORT'], undefined);
    } finally {
      delete process.env['RELAYCORE_SERVER__PORT'];
    }
  });
});
