import type { UpstreamControl, UpstreamHandler } from '../../domain/upstream.ts';
import type { ProviderClock } from '../provider-type.ts';
import type { DemoAnswer } from './demo-answer.ts';

export interface DemoExchangeOptions {
  readonly clock: ProviderClock;
  readonly handler: UpstreamHandler;
  readonly answer: DemoAnswer;
  readonly requestId: string;
}

/** The answer was cancelled; undici has the same for its own. */
class DemoAbortedError extends Error {
  override readonly name = 'DemoAbortedError';
  readonly code = 'UND_ERR_DESTROYED';
}

/**
 * One answer on its way, a piece at a time. Nothing is called before `dispatch` has returned, as with
 * an answer from the network.
 */
export class DemoExchange implements UpstreamControl {
  readonly wasSent = true;
  /** Resolves when nothing more follows. */
  readonly ended: Promise<void>;
  readonly #options: DemoExchangeOptions;
  readonly #resolveEnded: () => void;
  #next = 0;
  #hasHead = false;
  #isPaused = false;
  #isEnded = false;
  #stopTimer: (() => void) | null = null;

  constructor(options: DemoExchangeOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#options = options;
    queueMicrotask(() => this.#run());
  }

  pause(): void {
    this.#isPaused = true;
    this.#stop();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    queueMicrotask(() => this.#run());
  }

  abort(): void {
    if (this.#isEnded) return;
    this.#end();
    this.#options.handler.onError(new DemoAbortedError('the demo answer was cancelled'));
  }

  #run(): void {
    if (this.#isEnded || this.#isPaused || this.#stopTimer !== null) return;
    const { clock, answer } = this.#options;
    if (answer.delayMs > 0) this.#stopTimer = clock.every(answer.delayMs, () => this.#step());
    else while (!this.#isEnded && !this.#isPaused) this.#step();
  }

  #step(): void {
    const { handler, answer } = this.#options;
    if (this.#next === 0) this.#sendHead();
    // Whoever was told of the head may have paused or left.
    if (this.#isEnded || this.#isPaused) return;
    const piece = answer.pieces[this.#next];
    if (piece === undefined) return this.#finish();
    this.#next++;
    handler.onChunk(Buffer.from(piece));
    if (this.#next === answer.pieces.length && !this.#isPaused) this.#finish();
  }

  #sendHead(): void {
    const { handler, answer, requestId } = this.#options;
    if (this.#hasHead) return;
    this.#hasHead = true;
    const [first = ''] = answer.pieces;
    const isWhole = answer.pieces.length === 1;
    handler.onHead(answer.status, [
      'content-type',
      answer.contentType,
      'request-id',
      requestId,
      'x-request-id',
      requestId,
      ...(isWhole ? ['content-length', String(Buffer.byteLength(first))] : []),
    ]);
  }

  #finish(): void {
    if (this.#isEnded) return;
    this.#end();
    this.#options.handler.onEnd();
  }

  #end(): void {
    this.#isEnded = true;
    this.#stop();
    this.#resolveEnded();
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }
}
