import { randomFillSync } from 'node:crypto';

const poolBytes = 8 * 256;

/**
 * Makes request ids that sort by time, so that the ledger's index grows at its end:
 * `rq_` + 12 hexadecimal digits of epoch milliseconds + 16 random ones.
 */
export function createRequestIds(now: () => number): () => string {
  const pool = Buffer.alloc(poolBytes);
  let used = poolBytes;
  return () => {
    if (used === poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    const random = pool.toString('hex', used, used + 8);
    used += 8;
    return `rq_${now().toString(16).padStart(12, '0')}${random}`;
  };
}
