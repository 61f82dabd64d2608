// Closed loop: throughput and latency at a fixed concurrency.

import { createConnection } from '../connection.ts';
import { buildRequest, setCounter } from '../payloads.ts';
import { nowMs, percentile } from '../statistics.ts';
import type { Job, JobResult } from './job.ts';

export async function runClosedLoop(job: Job & { kind: 'closed' }): Promise<JobResult> {
  const template = buildRequest(job.target, job.payload);
  const latencies: number[] = [];
  const startedAt = nowMs();
  const deadline = startedAt + job.durationMs;
  const limit = job.maxRequests ?? Infinity;
  let counter = job.firstCounter;
  let sent = 0;
  let errors = 0;
  const work = (): Promise<void> =>
    new Promise((resolve) => {
      const connection = createConnection(job.target.port);
      const bytes = Buffer.from(template.bytes);
      const next = (): void => {
        if (sent >= limit || nowMs() >= deadline || errors > 1_000) {
          connection.destroy();
          resolve();
          return;
        }
        sent += 1;
        counter += 1;
        setCounter(bytes, template.counterAt, counter);
        const sentAt = nowMs();
        connection.send(bytes, {
          end: (status) => {
            latencies.push(nowMs() - sentAt);
            if (status !== 200) errors += 1;
            next();
          },
        });
      };
      next();
    });
  await Promise.all(Array.from({ length: job.connections }, work));
  const seconds = (nowMs() - startedAt) / 1000;
  return {
    requests: latencies.length,
    errors,
    seconds,
    perSecond: latencies.length / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}
