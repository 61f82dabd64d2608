import { randomBytes } from 'node:crypto';
import { Agent, request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isProof } from '@relaycore/bridge/discovery';

const maxAnswerBytes = 64 * 1024;

export interface LeaderWatchOptions {
  /** Of the leader. */
  readonly url: string;
  readonly controlToken: string;
  /** Between two questions. */
  readonly intervalMs: number;
  /** For an answer. */
  readonly timeoutMs: number;
}

export interface LeaderWatch {
  /** Resolves when the connection has ended, or a question was not answered as the leader does. */
  readonly lost: Promise<void>;
  close(): void;
}

/**
 * Keeps one connection to the leader and asks it from time to time to prove itself. The connection's
 * end is what tells at once that the leader is gone: the system closes it with the process, however
 * that ended. The control token is never sent.
 */
export function watchLeader(options: LeaderWatchOptions): LeaderWatch {
  return new ConnectionWatch(options);
}

class ConnectionWatch implements LeaderWatch {
  readonly #options: LeaderWatchOptions;
  readonly #lost = Promise.withResolvers<void>();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #known = new WeakSet<Socket>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: LeaderWatchOptions) {
    this.#options = options;
    this.#ask();
  }

  get lost(): Promise<void> {
    return this.#lost.promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#stopTimer();
    this.#agent.destroy();
  }

  #ask(): void {
    const { url, timeoutMs } = this.#options;
    const nonce = randomBytes(24).toString('base64url');
    const outgoing = request(new URL(`/health?nonce=${nonce}`, url), { agent: this.#agent });
    this.#timer = setTimeout(() => this.#lose(), timeoutMs);
    outgoing.once('socket', (socket) => this.#watch(socket));
    outgoing.once('error', () => this.#lose());
    outgoing.once('response', (incoming) => void this.#check(incoming, nonce));
    outgoing.end();
  }

  #watch(socket: Socket): void {
    if (this.#known.has(socket)) return;
    this.#known.add(socket);
    socket.once('close', () => this.#lose());
  }

  async #check(incoming: IncomingMessage, nonce: string): Promise<void> {
    const answer = await readText(incoming);
    if (this.#isClosed) return;
    if (answer === null || !isProof(answer, nonce, this.#options.controlToken)) return this.#lose();
    this.#stopTimer();
    this.#timer = setTimeout(() => this.#ask(), this.#options.intervalMs);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #lose(): void {
    if (this.#isClosed) return;
    this.close();
    this.#lost.resolve();
  }
}

async function readText(incoming: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of incoming as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > maxAnswerBytes) return null;
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  } catch {
    return null;
  }
}
