import type { JsonObject } from './demo-request.ts';

/** An answer before it is sent; pieces leave one after the other. */
export interface DemoAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly pieces: readonly string[];
  /** Between two pieces, and before the first. 0: at once. */
  readonly delayMs: number;
}

/** What an answer is made with. */
export interface DemoContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Different for each answer; letters and digits. */
  readonly id: string;
}

const wordDelayMs = 30;

/** `demo-fast` and embeddings come at once. */
export function delayOf(model: string): number {
  return model === 'demo-fast' || model === 'demo-embedding' ? 0 : wordDelayMs;
}

export function jsonAnswer(status: number, body: JsonObject, delayMs = 0): DemoAnswer {
  return { status, contentType: 'application/json', pieces: [JSON.stringify(body)], delayMs };
}

export function streamAnswer(pieces: readonly string[], delayMs: number): DemoAnswer {
  return { status: 200, contentType: 'text/event-stream; charset=utf-8', pieces, delayMs };
}
