// Open loop: requests fall due at a fixed rate whether or not earlier ones were answered, and each one's latency counts
// from when it was due, so that a stall of the gateway is seen by everyone who would have met it.

import { Worker } from 'node:worker_threads';
import { createConnection, type Connection } from '../connection.ts';
import { buildRequest, setCounter } from '../payloads.ts';
import { nowMs, percentile } from '../statistics.ts';
import type { Job, JobResult } from './job.ts';

interface Sender {
  readonly connection: Connection;
  readonly bytes: Buffer;
}

export async function runOpenLoop(job: Job & { kind: 'open' }): Promise<JobResult> {
  const template = buildRequest(job.target, job.payload);
  const total = Math.round((job.durationMs / 1000) * job.perSecond);
  const idle: Sender[] = [];
  const all: Sender[] = [];
  const latencies: number[] = [];
  let errors = 0;
  const done = Promise.withResolvers<void>();
  const newSender = (): Sender => {
    const bytes = Buffer.from(template.bytes);
    const sender = { connection: createConnection(job.target.port), bytes };
    all.push(sender);
    return sender;
  };
  const send = (dueAt: number, number: number): void => {
    const sender = idle.pop() ?? newSender();
    setCounter(sender.bytes, template.counterAt, job.firstCounter + number);
    sender.connection.send(sender.bytes, {
      end: (status) => {
        latencies.push(nowMs() - dueAt);
        if (status !== 200) errors += 1;
        idle.push(sender);
        if (latencies.length === total) done.resolve();
      },
    });
  };
  const startedAt = nowMs();
  const pacer = startPacer(total, 1000 / job.perSecond);
  let number = 0;
  pacer.on('message', (dueAt: number) => send(dueAt, (number += 1)));
  pacer.on('error', done.reject);
  await done.promise;
  await pacer.terminate();
  for (const { connection } of all) connection.destroy();
  return {
    requests: latencies.length,
    errors,
    seconds: (nowMs() - startedAt) / 1000,
    connections: all.length,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

/**
 * A thread that sleeps until each request is due. A timer's resolution of 1 ms would drown the difference that is to
 * be measured, and a spinning loop would take the CPU that the upstream shares.
 */
function startPacer(total: number, intervalMs: number): Worker {
  return new Worker(new URL('../pacer.ts', import.meta.url), { workerData: { total, intervalMs } });
}
