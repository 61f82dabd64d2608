import assert from 'node:assert/strict';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { decodeWhole, DecodedTooLargeError, NoRoomToDecodeError } from './decode.ts';

const text = Buffer.from('Grüße, '.repeat(20_000));

describe('decoding a whole body', () => {
  it('gives what was packed, whatever the encoding', async () => {
    const maxBytes = text.length;
    assert.deepEqual(await decodeWhole(gzipSync(text), 'gzip', { maxBytes }), text);
    assert.deepEqual(await decodeWhole(deflateSync(text), ' Deflate ', { maxBytes }), text);
    assert.deepEqual(await decodeWhole(brotliCompressSync(text), 'br', { maxBytes }), text);
  });

  it('stops at the first byte over the bound', async () => {
    const bounds = { maxBytes: text.length - 1 };
    await assert.rejects(decodeWhole(gzipSync(text), 'gzip', bounds), DecodedTooLargeError);
  });

  it('asks for room piece by piece, and stops where there is none', async () => {
    let taken = 0;
    const tryTake = (bytes: number): boolean => {
      if (taken + bytes > 100_000) return false;
      taken += bytes;
      return true;
    };
    const bounds = { maxBytes: text.length, tryTake };
    await assert.rejects(decodeWhole(gzipSync(text), 'gzip', bounds), NoRoomToDecodeError);
    assert.ok(taken > 50_000 && taken <= 100_000, `${taken} bytes`);
  });

  it('rejects what is broken, cut short, or in an encoding that nobody knows', async () => {
    const bounds = { maxBytes: text.length };
    await assert.rejects(decodeWhole(Buffer.from('no gzip'), 'gzip', bounds));
    await assert.rejects(decodeWhole(gzipSync(text).subarray(0, 100), 'gzip', bounds));
    await assert.rejects(decodeWhole(text, 'lzma', bounds), RangeError);
  });
});
