// Many streams at once: the time to the first chunk, and each chunk's way from the upstream's write to the load's read.

import { createConnection } from '../connection.ts';
import { buildRequest, setCounter } from '../payloads.ts';
import { nowMs, percentile } from '../statistics.ts';
import type { Job, JobResult } from './job.ts';

const stampMark = Buffer.from('"content":"t');
const stampDigits = 16;

export async function runStreams(job: Job & { kind: 'streams' }): Promise<JobResult> {
  const { chunks, intervalMs } = job;
  const template = buildRequest(job.target, { kind: 'stream', chunks, intervalMs });
  const firstMs: number[] = [];
  const delays: number[] = [];
  const startedAt = nowMs();
  const deadline = startedAt + job.durationMs;
  const counts = { streams: 0, errors: 0, counter: job.firstCounter };
  const work = (index: number): Promise<void> =>
    new Promise((resolve) => {
      const connection = createConnection(job.target.port);
      const bytes = Buffer.from(template.bytes);
      const next = (): void => {
        if (nowMs() >= deadline || counts.errors > 1_000) {
          connection.destroy();
          resolve();
          return;
        }
        counts.counter += 1;
        setCounter(bytes, template.counterAt, counts.counter);
        const stamps = createStampReader(delays);
        const sentAt = nowMs();
        connection.send(bytes, {
          body: (data) => {
            if (stamps.read(data)) firstMs.push(nowMs() - sentAt);
          },
          end: (status) => {
            counts.streams += 1;
            if (status !== 200 || stamps.count() !== chunks) counts.errors += 1;
            next();
          },
        });
      };
      // Spread over one stream's length, so that the streams do not march in step.
      setTimeout(next, (index * Math.max(1, chunks * intervalMs)) / job.connections);
    });
  await Promise.all(Array.from({ length: job.connections }, (_, index) => work(index)));
  const seconds = (nowMs() - startedAt) / 1000;
  return {
    requests: counts.streams,
    errors: counts.errors,
    seconds,
    perSecond: counts.streams / seconds,
    firstP50: percentile(firstMs, 0.5),
    firstP99: percentile(firstMs, 0.99),
    chunkP50: percentile(delays, 0.5),
    chunkP99: percentile(delays, 0.99),
  };
}

interface StampReader {
  /** Reads the stamps in a piece of the body; tells whether the stream's first one was among them. */
  read(data: Buffer): boolean;
  count(): number;
}

/** A stamp may be parted between two reads: the tail of the last read is put in front of the next. */
function createStampReader(delays: number[]): StampReader {
  let tail: Buffer = Buffer.alloc(0);
  let count = 0;
  return {
    read: (received) => {
      const before = count;
      const now = nowMs();
      const data = tail.length === 0 ? received : Buffer.concat([tail, received]);
      let from = 0;
      for (;;) {
        const at = data.indexOf(stampMark, from);
        const start = at + stampMark.length;
        if (at < 0 || start + stampDigits > data.length) break;
        delays.push(now - Number(data.toString('latin1', start, start + stampDigits)) / 1000);
        count += 1;
        from = start + stampDigits;
      }
      const keep = Math.max(from, data.length - stampMark.length - stampDigits);
      tail = Buffer.from(data.subarray(keep));
      return before === 0 && count > 0;
    },
    count: () => count,
  };
}
