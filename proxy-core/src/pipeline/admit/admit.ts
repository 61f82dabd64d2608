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
  const clients = new Map<string, Client>();
  let running = 0;
  let queued = 0;
  const start = (identity: string, client: Client): Permit => {
    client.running += 1;
    running += 1;
    return { release: () => finish(identity, client) };
  };
  const finish = (identity: string, client: Client): void => {
    client.running -= 1;
    running -= 1;
    client.waiting.shift()?.();
    // Clients come back: only when there are many are the idle ones forgotten.
    if (clients.size > maxIdleClients && client.running === 0 && client.waiting.length === 0) {
      clients.delete(identity);
    }
  };
  const wait = (identity: string, client: Client, sink: AnswerSink): Promise<Permit> => {
    queued += 1;
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        queued -= 1;
        sink.feeder = null;
        resolve(start(identity, client));
      };
      client.waiting.push(enter);
      sink.feeder = {
        onDrain() {},
        onLeave() {
          queued -= 1;
          client.waiting = client.waiting.filter((other) => other !== enter);
          reject(new RelayError('bad_request', 'The client left while it waited for its turn.'));
        },
      };
    });
  };
  return {
    admit({ caller: { identity } }, sink) {
      const client = clients.get(identity) ?? { running: 0, waiting: [] };
      clients.set(identity, client);
      if (client.running < options.maxConcurrentPerClient()) return start(identity, client);
      if (queued < options.maxQueuedRequests()) return wait(identity, client, sink);
      throw new RelayError('queue_full', 'Too many requests are waiting. Try again shortly.', {
        retryAfterSeconds: 1,
      });
    },
    get running() {
      return running;
    },
    get queued() {
      return queued;
    },
  };
}
