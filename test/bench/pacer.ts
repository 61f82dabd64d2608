// The open loop's clock, a worker thread: posts each due time when it has come.

import { parentPort, workerData } from 'node:worker_threads';
import { nowMs } from './statistics.ts';

const { total, intervalMs } = workerData as { total: number; intervalMs: number };
const cell = new Int32Array(new SharedArrayBuffer(4));
const startAt = nowMs() + 20;
for (let index = 0; index < total; index += 1) {
  const dueAt = startAt + index * intervalMs;
  const waitMs = dueAt - nowMs();
  if (waitMs > 0) Atomics.wait(cell, 0, 0, waitMs);
  parentPort?.postMessage(dueAt);
}
