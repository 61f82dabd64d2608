import assert from 'node:assert/strict';
import { deriveKey } from './derive-key.ts';

const rootSecret = Buffer.alloc(32, 7);

describe('deriveKey', () => {
  it('gives the same 32 bytes for the same secret and purpose', () => {
    const key = deriveKey(rootSecret, 'cache');
    assert.equal(key.length, 32);
    assert.deepEqual(deriveKey(Buffer.from(rootSecret), 'cache'), key);
  });

  it('gives other bytes for another purpose and for another secret', () => {
    const key = deriveKey(rootSecret, 'cache');
    assert.notDeepEqual(deriveKey(rootSecret, 'cache-id'), key);
    assert.notDeepEqual(deriveKey(Buffer.alloc(32, 8), 'cache'), key);
  });

  it('is HKDF-SHA-256 as in RFC 5869, so that another program can read what we encrypted', () => {
    assert.equal(
      deriveKey(rootSecret, 'cache').toString('hex'),
      '83ffe2ccafd68a0fcdf4d252ccc8811ee065a319f9398b1177e8bf3aa2bee451',
    );
  });
});
