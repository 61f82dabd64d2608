// Reads usage off an answer as it passes and prices it. Never holds a chunk back: what is compressed
// is decoded beside the stream.
import type { Transform } from 'node:stream';
import type { AnswerTap, Forwarded, Metered } from '../../domain/answer.ts';
import type { AnswerReader, AnswerReading } from '../../domain/dialect.ts';
import { headerValue } from '../../domain/headers.ts';
import type { Cost, NanoUsd } from '../../domain/money.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';
import { noUsage, type Usage } from '../../domain/usage.ts';
import { createDecoder, isIdentity } from '../../platform/compression/decode.ts';
import { createSseSplitter, type SseSplitter } from '../../platform/sse/sse-splitter.ts';
import { estimateUsage } from './estimate-usage.ts';

/** The port to the price tables. Null: no price is known. */
export interface Pricing {
  costOf(usage: Usage, ask: PriceAsk): Cost | null;
}

export interface PriceAsk {
  /** The configured provider id, for overrides. */
  readonly provider: string;
  /** The provider in the price tables; null: not to be looked up there. */
  readonly priceProviderId: string | null;
  readonly model: string;
  readonly serviceTier: string | null;
  /** Epoch milliseconds: prices have dates. */
  readonly at: number;
}

export interface Meter extends AnswerTap {
  /** The cost of a JSON answer that has passed whole and uncompressed; else null. */
  costOfWhole(): NanoUsd | null;
  finish(forwarded: Forwarded): Promise<Metered> | Metered;
}

export type MeterStage = (request: RelayRequest, candidate: Candidate) => Meter;

/** A longer JSON answer is not collected for reading; its usage stays unknown. */
const maxJsonBytes = 8 * 1024 * 1024;

const freeCost: Cost = {
  inputNanoUsd: 0,
  cacheReadNanoUsd: 0,
  cacheWriteNanoUsd: 0,
  outputNanoUsd: 0,
  toolsNanoUsd: 0,
  totalNanoUsd: 0,
  promptCacheSavedNanoUsd: 0,
};

const unreadable: AnswerReading = {
  usage: null,
  model: null,
  serviceTier: null,
  isComplete: false,
  finishReason: null,
  hasError: false,
  outputBytes: 0,
};

export function createMeter(pricing: Pricing): MeterStage {
  return (request, candidate) => {
    const reader = request.received.endpoint.createReader?.() ?? null;
    return new AnswerMeter({ pricing, request, candidate, reader });
  };
}

interface MeterContext {
  readonly pricing: Pricing;
  readonly request: RelayRequest;
  readonly candidate: Candidate;
  readonly reader: AnswerReader | null;
}

class AnswerMeter implements Meter {
  readonly #context: MeterContext;
  #status = 0;
  #splitter: SseSplitter | null = null;
  #json: Buffer[] | null = null;
  #jsonBytes = 0;
  #decoder: Transform | null = null;
  #decoded: Promise<void> | null = null;
  #isRead = false;
  #cost: { readonly usage: Usage; readonly cost: Cost | null } | null = null;

  constructor(context: MeterContext) {
    this.#context = context;
  }

  begin(status: number, headers: readonly string[]): void {
    this.#status = status;
    this.#json = null;
    this.#jsonBytes = 0;
    if (this.#context.reader === null || status >= 400) return;
    const type = headerValue(headers, 'content-type') ?? '';
    if (type.includes('event-stream')) this.#splitter = createSseSplitter();
    else this.#json = [];
    const encoding = headerValue(headers, 'content-encoding');
    if (!isIdentity(encoding)) this.#decodeBeside(encoding ?? '');
  }

  chunk(chunk: Buffer): void {
    if (this.#decoder === null) this.#read(chunk);
    else if (!this.#decoder.destroyed) this.#decoder.write(chunk);
  }

  costOfWhole(): NanoUsd | null {
    if (this.#context.candidate.provider.isFree) return 0;
    if (this.#json === null || this.#decoder !== null || this.#status !== 200) return null;
    this.#readJson();
    const reading = this.#context.reader?.reading() ?? unreadable;
    return reading.usage === null
      ? null
      : (this.#costOf(reading, reading.usage)?.totalNanoUsd ?? null);
  }

  async finish(forwarded: Forwarded): Promise<Metered> {
    if (this.#decoder !== null) {
      this.#decoder.end();
      await this.#decoded;
    }
    for (const event of this.#splitter?.end() ?? []) this.#context.reader?.readEvent(event);
    this.#readJson();
    return this.#metered(forwarded);
  }

  #decodeBeside(encoding: string): void {
    const decoder = createDecoder(encoding);
    if (decoder === null) {
      this.#splitter = null;
      this.#json = null;
      return;
    }
    this.#decoder = decoder;
    decoder.on('data', (chunk: Buffer) => this.#read(chunk));
    // A cut answer ends its decoder with an error: what came before it has been read.
    this.#decoded = new Promise((resolve) => {
      decoder.on('close', resolve);
      decoder.on('error', () => resolve());
    });
  }

  #read(chunk: Buffer): void {
    const { reader } = this.#context;
    if (this.#splitter !== null) {
      for (const event of this.#splitter.push(chunk)) reader?.readEvent(event);
    } else if (this.#json !== null) {
      this.#jsonBytes += chunk.length;
      if (this.#jsonBytes > maxJsonBytes) this.#json = null;
      else this.#json.push(chunk);
    }
  }

  #readJson(): void {
    if (this.#json === null || this.#isRead || this.#jsonBytes === 0) return;
    this.#isRead = true;
    const [first] = this.#json;
    const whole =
      this.#json.length === 1 && first ? first : Buffer.concat(this.#json, this.#jsonBytes);
    this.#context.reader?.readJson(whole);
  }

  #metered(forwarded: Forwarded): Metered {
    const reading = this.#context.reader?.reading() ?? unreadable;
    const isRead = this.#splitter !== null || this.#json !== null;
    return { reading, isRead, ...this.#consumed(forwarded, reading) };
  }

  #consumed(
    forwarded: Forwarded,
    reading: AnswerReading,
  ): Pick<Metered, 'usage' | 'isUsageEstimated' | 'cost'> {
    const { reader, candidate, request } = this.#context;
    if (candidate.provider.isFree) {
      return { usage: reading.usage, isUsageEstimated: false, cost: freeCost };
    }
    if (this.#isUnbilled(forwarded)) {
      return { usage: noUsage, isUsageEstimated: false, cost: freeCost };
    }
    if (reader === null) return { usage: null, isUsageEstimated: false, cost: null };
    const isWhole = forwarded.end === 'completed' && reading.isComplete;
    if (reading.usage !== null && isWhole) {
      const cost = this.#costOf(reading, reading.usage);
      return { usage: reading.usage, isUsageEstimated: false, cost };
    }
    const usage = estimateUsage(request, reading);
    return { usage, isUsageEstimated: true, cost: this.#costOf(reading, usage) };
  }

  /** Refusals, requests that reached nobody, and count-tokens calls: no provider bills them. */
  #isUnbilled(forwarded: Forwarded): boolean {
    const { operation } = this.#context.request.received.endpoint;
    if (operation === 'count-tokens' || operation === 'list-models') return true;
    // Cut off before its head, a request that was sent may have been worked on all the same.
    return this.#status === 0 ? !forwarded.wasSent : this.#status >= 300;
  }

  /** Priced as the provider named the model, else as it was asked for (aliases resolve to dates). */
  #costOf(reading: AnswerReading, usage: Usage): Cost | null {
    if (this.#cost?.usage === usage) return this.#cost.cost;
    const cost = this.#price(reading, usage);
    this.#cost = { usage, cost };
    return cost;
  }

  #price(reading: AnswerReading, usage: Usage): Cost | null {
    const { candidate } = this.#context;
    for (const model of [reading.model, candidate.model]) {
      const cost = model === null ? null : this.#costAs(model, reading, usage);
      if (cost !== null) return cost;
    }
    return null;
  }

  #costAs(model: string, reading: AnswerReading, usage: Usage): Cost | null {
    const { pricing, candidate, request } = this.#context;
    return pricing.costOf(usage, {
      provider: candidate.provider.id,
      priceProviderId: candidate.provider.priceProviderId,
      model,
      serviceTier: reading.serviceTier,
      at: request.received.startedAt,
    });
  }
}
