import assert from 'node:assert/strict';
import { readLogLine } from './log-line.ts';

describe('a line of the log', () => {
  it('is shown by its level, with what it says and its details', () => {
    const line = JSON.stringify({
      level: 'warn',
      time: '2026-11-21T10:00:00.000Z',
      name: 'relay',
      provider: 'openai',
      msg: 'the provider is slow',
    });
    assert.deepEqual(readLogLine(line), {
      method: 'warn',
      text: '[relay] the provider is slow {"provider":"openai"}',
    });
  });

  it('has no details where there are none', () => {
    const line = '{"level":"fatal","time":"","name":"host","msg":"gone"}';
    assert.deepEqual(readLogLine(line), { method: 'error', text: '[host] gone' });
  });

  it('stays as it is where it is no JSON of the core', () => {
    for (const line of ['warning: something', '[1', 'null']) {
      assert.deepEqual(readLogLine(line), { method: 'info', text: line });
    }
  });
});
