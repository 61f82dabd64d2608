import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { publicHealthSchema } from '../contract/control.ts';
import { requestLoopback } from './loopback-request.ts';

/** `proven`: it holds our control token. `other`: something answers, and it is not ours. */
export type Proof = 'proven' | 'other' | 'silent';

/**
 * Asks whoever listens at `url` to prove that it knows the control token, without sending it: another
 * user's process on the port is never mistaken for our core. Never rejects.
 */
export async function proveCore(
  url: string,
  controlToken: string,
  timeoutMs: number,
): Promise<Proof> {
  const nonce = randomBytes(24).toString('base64url');
  try {
    const path = `/health?nonce=${nonce}`;
    const answer = await requestLoopback({ url, method: 'GET', path, timeoutMs });
    return isProof(answer.body, nonce, controlToken) ? 'proven' : 'other';
  } catch {
    return 'silent';
  }
}

/** Whether what `/health?nonce=` answered can only come from one who knows the control token. */
export function isProof(answer: unknown, nonce: string, controlToken: string): boolean {
  const health = publicHealthSchema.safeParse(answer);
  const proof = health.success ? (health.data.proof ?? '') : '';
  const expected = createHmac('sha256', controlToken).update(nonce).digest('hex');
  const given = Buffer.from(proof, 'utf8');
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected, 'utf8'));
}
