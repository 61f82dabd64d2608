import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ByteLog } from './byte-log.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 40_000 }), { maxLength: 12 });

function filled(parts: readonly Uint8Array[]): { log: ByteLog; whole: Buffer } {
  const log = new ByteLog();
  for (const part of parts) log.append(Buffer.from(part));
  return { log, whole: Buffer.concat(parts) };
}

function readAll(log: ByteLog, from: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = from; at < log.end; at += pieces.at(-1)?.length ?? 1) pieces.push(log.from(at));
  return Buffer.concat(pieces);
}

describe('the log of an answer', () => {
  it('gives back the bytes from any offset on, however they came', () => {
    fc.assert(
      fc.property(chunks, fc.nat(), (parts, seed) => {
        const { log, whole } = filled(parts);
        const from = whole.length === 0 ? 0 : seed % whole.length;
        assert.deepEqual(readAll(log, from), whole.subarray(from));
        assert.deepEqual(log.concat(), whole);
      }),
    );
  });

  it('lets go of nothing behind the offset, and of whole blocks before it', () => {
    fc.assert(
      fc.property(chunks, fc.nat(), (parts, seed) => {
        const { log, whole } = filled(parts);
        const from = whole.length === 0 ? 0 : seed % whole.length;
        log.dropBefore(from);
        assert.ok(log.start <= from && from - log.start < 32 * 1024);
        assert.deepEqual(readAll(log, from), whole.subarray(from));
      }),
    );
  });

  it('keeps its own copy', () => {
    const log = new ByteLog();
    const chunk = Buffer.from('abc');
    log.append(chunk);
    chunk.fill('x');
    assert.equal(log.concat().toString(), 'abc');
  });
});
