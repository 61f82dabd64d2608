// Whether a request may run now. Each client has so many places; the next ones wait in line, and the
// line is bounded. Rates and priorities take their place here.
import type { AnswerSink } from '../../domain/answer.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';

/** Held while the request runs. */
export interface Permit {
  release(): void;
}

export interface AdmitOptions {
  maxConcurrentPerClient(): number;
  /** Requests of all clients together that may wait. */
  maxQueuedRequests(): number;
}

export interface Admit {
  /** Throws `queue_full`. At once where there is room; rejects when the client leaves the line. */
  admit(request: RelayRequest, sink: AnswerSink): Permit | Promise<Permit>;
  readonly running: number;
  readonly queued: number;
}

interface Client {
  running: number;
  waiting: (() => void)[];
}

const maxIdleClients = 1000;

export function createAdmit(options: AdmitOptions): Admit {
  return new Gate(options);
}

class Gate implements Admit {
  running = 0;
  queued = 0;
  readonly #options: AdmitOptions;
  readonly #clients = new Map<string, Client>();

  constructor(options: AdmitOptions) {
    this.#options = options;
  }

  admit({ caller: { identity } }: RelayRequest, sink: AnswerSink): Permit | Promise<Permit> {
    const client = this.#clients.get(identity) ?? { running: 0, waiting: [] };
    this.#clients.set(identity, client);
    if (client.running < this.#options.maxConcurrentPerClient()) {
      return this.#start(identity, client);
    }
    if (this.queued < this.#options.maxQueuedRequests()) return this.#wait(identity, client, sink);
    throw new RelayError('queue_full', 'Too many requests are waiting. Try again shortly.', {
      retryAfterSeconds: 1,
    });
  }

  #start(identity: string, client: Client): Permit {
    client.running += 1;
    this.running += 1;
    return { release: () => this.#finish(identity, client) };
  }

  #finish(identity: string, client: Client): void {
    client.running -= 1;
    this.running -= 1;
    client.waiting.shift()?.();
    const isIdle = client.running === 0 && client.waiting.length === 0;
    // Clients come back: only when there are many are the idle ones forgotten.
    if (isIdle && this.#clients.size > maxIdleClients) this.#clients.delete(identity);
  }

  #wait(identity: string, client: Client, sink: AnswerSink): Promise<Permit> {
    this.queued += 1;
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        this.queued -= 1;
        sink.feeder = null;
        resolve(this.#start(identity, client));
      };
      const leave = (): void => {
        this.queued -= 1;
        client.waiting = client.waiting.filter((other) => other !== enter);
        reject(new RelayError('bad_request', 'The client left while it waited for its turn.'));
      };
      client.waiting.push(enter);
      sink.feeder = { onDrain() {}, onLeave: leave };
    });
  }
}
