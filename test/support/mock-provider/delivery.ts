// Sends an answer over a real response: compression, delays, cuts and stalls, every write recorded.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery, Fault } from './behaviour.ts';
import type { Answer } from './answer.ts';
import { encodeChunks } from './encoding.ts';
import type { Exchange } from './recorded-request.ts';

export interface Delivering {
  readonly exchange: Exchange;
  readonly response: ServerResponse;
  /** Fires when the client has left (unless the script ignores that) or the mock closes. */
  readonly signal: AbortSignal;
}

/** Resolves when the script is over; a stall ends only with the signal. */
export async function deliver(to: Delivering, answer: Answer, delivery: Delivery): Promise<void> {
  const { exchange, response, signal } = to;
  await pause(delivery.headerDelayMs, signal);
  const encoding = delivery.encoding ?? 'identity';
  const events = await encodeChunks(answer.chunks, encoding);
  const whole = events.reduce((sum, event) => sum + event.length, 0);
  const length = contentLength(answer, delivery, whole);
  const headers = {
    ...answer.headers,
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    ...(length === undefined ? {} : { 'content-length': String(length) }),
    ...delivery.headers,
  };
  exchange.response.status = answer.status;
  exchange.response.rawHeaders = Object.entries(headers).flat();
  exchange.settle('open');
  response.writeHead(answer.status, headers);
  response.flushHeaders();
  const limit = delivery.fault === undefined ? whole : positionOf(delivery.fault, events);
  await sendUpTo(to, planWrites(events, delivery), limit);
  await finish(to, delivery.fault);
}

interface Write {
  readonly bytes: Buffer;
  readonly delayMs: number | undefined;
}

/** An `end` fault must not leave a length that the body never reaches. */
function contentLength(answer: Answer, delivery: Delivery, whole: number): number | undefined {
  const framing = delivery.framing ?? (answer.isStream ? 'chunked' : 'content-length');
  return framing === 'chunked' || delivery.fault?.kind === 'end' ? undefined : whole;
}

function planWrites(events: readonly Buffer[], delivery: Delivery): Write[] {
  const { writeBytes } = delivery;
  if (writeBytes === undefined) {
    return events.map((bytes) => ({ bytes, delayMs: delivery.chunkDelayMs }));
  }
  const whole = Buffer.concat(events);
  const count = Math.ceil(whole.length / writeBytes);
  return Array.from({ length: count }, (_, index) => ({
    bytes: whole.subarray(index * writeBytes, (index + 1) * writeBytes),
    delayMs: delivery.writeDelayMs,
  }));
}

function positionOf(fault: Fault, events: readonly Buffer[]): number {
  const before = events.slice(0, fault.events ?? 0).reduce((sum, event) => sum + event.length, 0);
  return before + (fault.bytes ?? 0);
}

async function sendUpTo(to: Delivering, writes: readonly Write[], limit: number): Promise<void> {
  let left = limit;
  for (const [index, write] of writes.entries()) {
    if (left <= 0) return;
    if (index > 0) await pause(write.delayMs, to.signal);
    const bytes = write.bytes.subarray(0, left);
    left -= bytes.length;
    to.exchange.response.chunks.push(bytes);
    await drained(to, bytes);
  }
}

/** Waits while the client reads slowly, so that the mock's memory stays out of the measurement. */
async function drained(to: Delivering, bytes: Buffer): Promise<void> {
  const { response, signal } = to;
  if (response.destroyed || response.write(bytes) || response.destroyed) return;
  const settled = new AbortController();
  const either = { signal: AbortSignal.any([signal, settled.signal]) };
  try {
    await Promise.race([once(response, 'drain', either), once(response, 'close', either)]);
  } finally {
    settled.abort();
  }
}

async function finish(to: Delivering, fault: Fault | undefined): Promise<void> {
  const { exchange, response, signal } = to;
  switch (fault?.kind) {
    case 'stall':
      await untilAborted(signal);
      return;
    case 'cut':
      // The bytes before the cut must have left this process, else the client would see fewer of them.
      await flushed(response);
      exchange.settle('cut');
      response.destroy();
      return;
    case 'end':
    case undefined:
      if (response.destroyed) return;
      await new Promise<void>((resolve) => {
        response.once('close', resolve);
        response.end(resolve);
      });
      if (response.writableFinished) exchange.settle('finished');
  }
}

function flushed(response: ServerResponse): Promise<void> {
  const { socket } = response;
  if (socket === null || socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once('close', resolve);
    socket.write('', () => resolve());
  });
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms !== undefined && ms > 0) await delay(ms, undefined, { signal });
}
