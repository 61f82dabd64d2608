import assert from 'node:assert/strict';
import { createLogStream } from './log-stream.ts';

describe('the stream into the output channel', () => {
  const target = (take: (text: string) => void) => ({
    trace: take,
    debug: take,
    info: take,
    warn: take,
    error: take,
  });

  it('gives each line to its level', () => {
    const lines: string[] = [];
    const stream = createLogStream({ ...target(() => {}), error: (text) => lines.push(text) });
    stream.write('{"level":"error","name":"host","msg":"a"}\n{"level":"info","msg":"b"}\n');
    assert.deepEqual(lines, ['[host] a']);
  });

  it('survives a channel that is closed', () => {
    const stream = createLogStream(
      target(() => {
        throw new Error('Channel has been closed');
      }),
    );
    let failure: unknown = null;
    stream.on('error', (error) => {
      failure = error;
    });
    stream.write('{"level":"info","name":"host","msg":"late"}\n');
    assert.equal(failure, null);
  });
});
