// How long nobody serves while the lead goes from one process to the next, as a client sees it that opens
// a new connection again and again.
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 2;
const limitMs = 30_000;

export interface Succession {
  /** From the beginning until another process than the leader answers. */
  readonly takenOverMs: number;
  /** The longest time in it in which nobody answered a new connection. */
  readonly gapMs: number;
}

export interface WatchedCore {
  readonly url: string;
  readonly controlToken: string;
}

/** Begins to watch, and resolves when another process than `leaderPid` serves; 30 s at most. */
export async function watchSuccession(core: WatchedCore, leaderPid: number): Promise<Succession> {
  const { url, controlToken } = core;
  const startedAt = performance.now();
  let answeredAt = startedAt;
  let gapMs = 0;
  for (;;) {
    const pid = await servingPid(url, controlToken);
    const now = performance.now();
    if (pid !== null) {
      gapMs = Math.max(gapMs, now - answeredAt);
      answeredAt = now;
      if (pid !== leaderPid) return { gapMs, takenOverMs: now - startedAt };
    }
    if (now - startedAt > limitMs) throw new Error(`Nobody serves ${url} after ${limitMs} ms.`);
    await sleep(pauseMs);
  }
}

function servingPid(url: string, controlToken: string): Promise<number | null> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${controlToken}` };
    const outgoing = request(new URL('/health', url), { agent: false, timeout: 1000, headers });
    outgoing.once('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.once('end', () => resolve((JSON.parse(text) as { pid: number }).pid));
      incoming.once('error', () => resolve(null));
    });
    outgoing.once('timeout', () => outgoing.destroy());
    outgoing.once('error', () => resolve(null));
    outgoing.end();
  });
}
