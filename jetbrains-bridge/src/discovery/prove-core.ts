import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Agent, request, type IncomingMessage } from 'node:http';
import { publicHealthSchema } from '@relaycore/proxy-core/contract';

/** `proven`: it holds our control token. `other`: something answers, and it is not ours. */
export type Proof = 'proven' | 'other' | 'silent';

const timeoutMs = 2000;
const maxAnswerBytes = 64 * 1024;

/**
 * Asks whoever listens at `url` to prove that it knows the control token, without sending it: another
 * user's process on the port is never mistaken for our core. Never rejects.
 */
export async function proveCore(
  url: string,
  controlToken: string,
  signal?: AbortSignal,
): Promise<Proof> {
  const nonce = randomBytes(24).toString('base64url');
  try {
    const answer = await ask(new URL(`/health?nonce=${nonce}`, url), signal);
    return isProof(answer, nonce, controlToken) ? 'proven' : 'other';
  } catch {
    return 'silent';
  }
}

/** Whether what `/health?nonce=` answered can only come from one who knows the control token. */
export function isProof(answer: string, nonce: string, controlToken: string): boolean {
  const proof = proofIn(answer);
  const expected = createHmac('sha256', controlToken).update(nonce).digest('hex');
  const given = Buffer.from(proof, 'utf8');
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected, 'utf8'));
}

function proofIn(answer: string): string {
  try {
    const health = publicHealthSchema.safeParse(JSON.parse(answer));
    return health.success ? (health.data.proof ?? '') : '';
  } catch {
    return '';
  }
}

/** Not by `fetch`, nor over the global agent: both may be told by the environment to use a proxy. */
function ask(url: URL, stop: AbortSignal | undefined): Promise<string> {
  const timeout = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      agent: new Agent({ keepAlive: false }),
      signal: stop === undefined ? timeout : AbortSignal.any([stop, timeout]),
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => void readText(incoming).then(resolve, reject));
    outgoing.end();
  });
}

async function readText(incoming: IncomingMessage): Promise<string> {
  incoming.setEncoding('utf8');
  let text = '';
  for await (const part of incoming) {
    text += String(part);
    if (text.length > maxAnswerBytes) throw new Error('the answer is too large');
  }
  return text;
}
