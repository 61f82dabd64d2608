// The client's end of an answer. A whole small answer leaves in one write with its head, as one
// latin1 string, which costs node a quarter less than a head and a buffer.
import type { ServerResponse } from 'node:http';
import type { CacheOutcome } from '../../contract/names.ts';
import type { AnswerHead, ClientSink, SinkFeeder } from '../../domain/answer.ts';
import { formatUsd } from '../../domain/money.ts';

const maxSingleWriteBytes = 64 * 1024;

export function createClientSink(response: ServerResponse, requestId: string): ClientSink {
  return new ResponseSink(response, requestId);
}

class ResponseSink implements ClientSink {
  cacheOutcome: CacheOutcome = 'bypass';
  feeder: SinkFeeder | null = null;
  readonly #response: ServerResponse;
  readonly #requestId: string;
  #head: AnswerHead | null = null;
  #isWritten = false;
  #isEnded = false;
  #hasLeft = false;

  constructor(response: ServerResponse, requestId: string) {
    this.#response = response;
    this.#requestId = requestId;
    response.on('close', () => {
      this.#hasLeft = true;
      if (!this.#isEnded) this.feeder?.onLeave();
    });
    response.on('drain', () => this.feeder?.onDrain());
  }

  get hasBegun(): boolean {
    return this.#head !== null;
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  begin(head: AnswerHead): void {
    this.#head = head;
    // The head of a stream waits for the first chunk of the same turn of the loop, no longer.
    if (head.costNanoUsd === null) setImmediate(() => this.#flushHead());
  }

  write(chunk: Buffer): boolean {
    if (this.#hasLeft) return true;
    this.#writeHead();
    return this.#response.write(chunk);
  }

  end(last?: Buffer): void {
    this.#isEnded = true;
    if (this.#hasLeft) return;
    this.#writeHead();
    if (last === undefined || last.length === 0) this.#response.end();
    else if (last.length <= maxSingleWriteBytes)
      this.#response.end(last.toString('latin1'), 'latin1');
    else this.#response.end(last);
  }

  cut(): void {
    this.#isEnded = true;
    // Without this a head that was not sent yet would be lost, and the client see no answer at all.
    if (!this.#hasLeft && !this.#isWritten) {
      this.#writeHead();
      this.#response.flushHeaders();
    }
    this.#response.destroy();
  }

  #flushHead(): void {
    if (this.#isWritten || this.#isEnded || this.#hasLeft) return;
    this.#writeHead();
    this.#response.flushHeaders();
  }

  #writeHead(): void {
    if (this.#isWritten || this.#head === null) return;
    this.#isWritten = true;
    const head = this.#head;
    const headers = [...head.headers];
    addRelayHeaders(headers, head, { requestId: this.#requestId, cache: this.cacheOutcome });
    this.#response.writeHead(head.status, headers);
  }
}

/** RelayCore's own response headers; the `X-AIHub-` ones are older names. */
function addRelayHeaders(
  headers: string[],
  head: AnswerHead,
  own: { readonly requestId: string; readonly cache: CacheOutcome },
): void {
  headers.push(
    'x-relaycore-request-id',
    own.requestId,
    'x-relaycore-cache',
    own.cache,
    'x-relaycore-provider',
    head.provider,
    'x-relaycore-attempts',
    String(head.attempts),
    'x-aihub-cache-status',
    own.cache,
  );
  if (head.model !== null) headers.push('x-relaycore-model', headerValue(head.model));
  if (head.cacheKey !== null) {
    headers.push('x-relaycore-cache-key', head.cacheKey, 'x-aihub-cache-key', head.cacheKey);
  }
  if (head.costNanoUsd !== null) {
    headers.push('x-relaycore-cost-usd', formatUsd(head.costNanoUsd));
  }
}

/** A model's name comes from the client and may hold anything; a header may not. */
function headerValue(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
