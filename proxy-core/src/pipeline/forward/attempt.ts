// One attempt at one upstream: the pump between the provider's bytes and the client, with
// back-pressure both ways. A small whole answer leaves in one write, a stream chunk by chunk.
import type { AnswerSink, AnswerTap, Forwarded, SinkFeeder } from '../../domain/answer.ts';
import { headerValue } from '../../domain/headers.ts';
import type { NanoUsd } from '../../domain/money.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { FlatHeaders, UpstreamControl, UpstreamHandler } from '../../domain/upstream.ts';
import { isIdentity } from '../../platform/compression/decode.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { IdleWatch, Watched } from './idle-watch.ts';
import { answerHeaders } from './outgoing-request.ts';

/** The meter as the pump sees it. */
export interface MeterTap extends AnswerTap {
  /** The cost of a JSON answer that has passed whole; null where it is not known in time. */
  costOfWhole(): NanoUsd | null;
}

/** Takes out of a stream what the client did not ask for. */
export interface StreamSplicer {
  push(chunk: Buffer): readonly Buffer[];
  end(): readonly Buffer[];
}

export interface AttemptOptions {
  readonly sink: AnswerSink;
  readonly meter: MeterTap;
  /** The cache's tap. */
  readonly recorder: AnswerTap | null;
  readonly splicer: StreamSplicer | null;
  readonly provider: string;
  readonly model: string | null;
  readonly attempts: number;
  readonly cacheKey: string | null;
  readonly ping: string;
  readonly pingAfterMs: number;
  readonly isStreamWanted: boolean;
  readonly clock: Pick<Clock, 'tick'>;
  /** It is in there until it has ended. */
  readonly watch: Pick<IdleWatch, 'add' | 'remove'>;
  describeFault(error: Error): RelayError;
  /** True: the answer is a refusal of what RelayCore added; nothing of it goes to the client. */
  isOwnFault: ((status: number, body: string) => boolean) | null;
}

/** `own-fault`: to be repeated without what RelayCore added. */
export type AttemptEnd = Forwarded | 'own-fault';

/** Whole answers up to this size leave in one write. */
const maxWholeBytes = 256 * 1024;

type State = 'waiting' | 'whole' | 'streaming' | 'done';

export class Attempt implements UpstreamHandler, SinkFeeder, Watched {
  watchIndex = -1;
  lastActivityTick: number;
  isHeldBack = false;
  readonly done: Promise<AttemptEnd>;
  readonly #options: AttemptOptions;
  readonly #startedTick: number;
  readonly #resolve: (end: AttemptEnd) => void;
  #control: UpstreamControl | null = null;
  #splicer: StreamSplicer | null;
  #state: State = 'waiting';
  #status = 0;
  #headers: FlatHeaders = [];
  #whole: Buffer[] = [];
  #wholeBytes = 0;
  #firstByteMs: number | null = null;
  #abortReason: 'client' | 'idle' | null = null;
  #mayPing = false;
  #tail = '';
  #lastPingTick = 0;

  constructor(options: AttemptOptions) {
    const { promise, resolve } = Promise.withResolvers<AttemptEnd>();
    this.done = promise;
    this.#resolve = resolve;
    this.#options = options;
    this.#splicer = options.splicer;
    this.#startedTick = options.clock.tick();
    this.lastActivityTick = this.#startedTick;
    options.watch.add(this);
  }

  /** Called once, right after the request was given to the transport. */
  steer(control: UpstreamControl): void {
    this.#control = control;
    const { sink } = this.#options;
    sink.feeder = this;
    if (sink.hasLeft) this.onLeave();
  }

  onLeave(): void {
    this.#abortReason ??= 'client';
    this.#control?.abort();
  }

  onDrain(): void {
    this.isHeldBack = false;
    this.#touch();
    this.#control?.resume();
  }

  onHead(status: number, headers: FlatHeaders): void {
    const { meter, recorder } = this.#options;
    this.#touch();
    this.#firstByteMs = this.lastActivityTick - this.#startedTick;
    this.#status = status;
    this.#headers = headers;
    // Asked not to compress, some servers do so all the same: such bytes pass as they are.
    if (!isIdentity(headerValue(headers, 'content-encoding'))) this.#splicer = null;
    meter.begin(status, headers);
    recorder?.begin(status, headers);
    if (this.#isWholeExpected()) this.#state = 'whole';
    else this.#startStreaming();
  }

  onChunk(chunk: Buffer): void {
    this.#touch();
    this.#options.meter.chunk(chunk);
    this.#options.recorder?.chunk(chunk);
    if (this.#state === 'streaming') return this.#pass(chunk);
    this.#whole.push(chunk);
    this.#wholeBytes += chunk.length;
    if (this.#wholeBytes > maxWholeBytes) this.#startStreaming();
  }

  onEnd(): void {
    if (this.#state === 'done') return;
    if (this.#state === 'whole') return this.#endWhole();
    const { sink } = this.#options;
    for (const rest of this.#splicer?.end() ?? []) sink.write(rest);
    sink.end();
    this.#finish('completed', null);
  }

  onError(error: Error): void {
    if (this.#state === 'done') return;
    if (this.#abortReason === 'client') return this.#finish('aborted', null);
    const fault =
      this.#abortReason === 'idle' ? this.#idleFault() : this.#options.describeFault(error);
    if (this.#options.sink.hasBegun) this.#options.sink.cut();
    this.#finish('incomplete', fault);
  }

  onIdle(): void {
    this.#abortReason ??= 'idle';
    this.#control?.abort();
  }

  onRound(silentMs: number): void {
    // Some providers keep an unstreamed request alive with blanks: they must reach the client.
    if (this.#state === 'whole' && this.#options.isOwnFault === null) this.#startStreaming();
    else if (silentMs > this.#options.pingAfterMs && this.#mayPingNow()) this.#ping();
  }

  #touch(): void {
    this.lastActivityTick = this.#options.clock.tick();
  }

  /** Everything but event streams, unless its declared length is over the bound. */
  #isWholeExpected(): boolean {
    if (this.#isRefusalPossible()) return true;
    const type = headerValue(this.#headers, 'content-type') ?? '';
    if (type.includes('event-stream') || type.includes('ndjson')) return false;
    const length = headerValue(this.#headers, 'content-length');
    return length === null ? !this.#options.isStreamWanted : Number(length) <= maxWholeBytes;
  }

  #isRefusalPossible(): boolean {
    return this.#options.isOwnFault !== null && (this.#status === 400 || this.#status === 422);
  }

  #startStreaming(): void {
    this.#state = 'streaming';
    const type = headerValue(this.#headers, 'content-type') ?? '';
    const encoding = headerValue(this.#headers, 'content-encoding') ?? 'identity';
    this.#mayPing = type.includes('event-stream') && encoding === 'identity';
    this.#begin(null);
    for (const chunk of this.#whole) this.#pass(chunk);
    this.#whole = [];
  }

  #begin(costNanoUsd: NanoUsd | null): void {
    const { sink, provider, model, attempts, cacheKey } = this.#options;
    const headers = answerHeaders(this.#headers, this.#splicer !== null);
    sink.begin({ status: this.#status, headers, provider, model, attempts, cacheKey, costNanoUsd });
  }

  #pass(chunk: Buffer): void {
    const { sink } = this.#options;
    const splicer = this.#splicer;
    let isReady = true;
    if (splicer === null) isReady = sink.write(chunk);
    else for (const piece of splicer.push(chunk)) isReady = sink.write(piece);
    if (this.#mayPing) this.#tail = (this.#tail + chunk.subarray(-4).toString('latin1')).slice(-4);
    if (isReady || this.isHeldBack) return;
    this.isHeldBack = true;
    this.#control?.pause();
  }

  #endWhole(): void {
    const { sink, meter, isOwnFault } = this.#options;
    const splicer = this.#splicer;
    const [first] = this.#whole;
    const body =
      this.#whole.length === 1 && first ? first : Buffer.concat(this.#whole, this.#wholeBytes);
    if (this.#isRefusalPossible() && isOwnFault?.(this.#status, body.toString()) === true) {
      return this.#close('own-fault');
    }
    this.#begin(meter.costOfWhole());
    const pieces = splicer === null ? [body] : [...splicer.push(body), ...splicer.end()];
    sink.end(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
    this.#finish('completed', null);
  }

  #mayPingNow(): boolean {
    if (this.#state !== 'streaming' || !this.#mayPing) return false;
    if (this.#options.clock.tick() - this.#lastPingTick < this.#options.pingAfterMs) return false;
    return this.#tail === '' || /(\n\n|\r\n\r\n|\r\r)$/.test(this.#tail);
  }

  #ping(): void {
    // Not a sign of life of the provider: the watch over its silence goes on.
    this.#lastPingTick = this.#options.clock.tick();
    this.#options.sink.write(Buffer.from(this.#options.ping));
  }

  #finish(end: Forwarded['end'], error: RelayError | null): void {
    this.#close(this.#forwarded(end, error));
  }

  #close(end: AttemptEnd): void {
    this.#state = 'done';
    this.#options.watch.remove(this);
    this.#options.sink.feeder = null;
    this.#resolve(end);
  }

  #forwarded(end: Forwarded['end'], error: RelayError | null): Forwarded {
    return {
      end,
      status: this.#status,
      attempts: this.#options.attempts,
      wasSent: this.#control?.wasSent ?? false,
      timeToFirstByteMs: this.#firstByteMs,
      upstreamMs: this.#options.clock.tick() - this.#startedTick,
      error,
    };
  }

  #idleFault(): RelayError {
    const seconds = Math.round((this.#options.clock.tick() - this.lastActivityTick) / 1000);
    return new RelayError(
      'upstream_timeout',
      `Provider ${this.#options.provider} sent nothing for ${seconds} seconds. Raise upstream.idleTimeoutMs if it thinks longer than that.`,
    );
  }
}
