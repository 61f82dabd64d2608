import { hkdfSync } from 'node:crypto';

const keyBytes = 32;

/**
 * A key of 32 bytes for one purpose out of the one root secret (HKDF-SHA-256, RFC 5869). Keys of
 * different purposes say nothing of each other, so one may be shown where the other must not.
 */
export function deriveKey(rootSecret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', rootSecret, '', `relaycore/${purpose}`, keyBytes));
}
