// Whether a request may run now. Today one bound on requests at a time; rates, priorities and a
// queue take their place here.
import { RelayError } from '../../domain/relay-error.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';

/** Held while the request runs. */
export interface Permit {
  release(): void;
}

export interface AdmitOptions {
  maxConcurrentRequests(): number;
}

export interface Admit {
  admit(request: RelayRequest): Permit | Promise<Permit>;
  readonly running: number;
}

/** `admit` throws `queue_full`. */
export function createAdmit(options: AdmitOptions): Admit {
  let running = 0;
  const permit: Permit = {
    release() {
      running -= 1;
    },
  };
  return {
    admit() {
      if (running >= options.maxConcurrentRequests()) {
        throw new RelayError('queue_full', 'Too many requests are in flight. Try again shortly.', {
          retryAfterSeconds: 1,
        });
      }
      running += 1;
      return permit;
    },
    get running() {
      return running;
    },
  };
}
