// Clients that read slowly or leave: what the gateway holds meanwhile is for the orchestrator to see.

import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from '../connection.ts';
import { buildRequest, type Payload } from '../payloads.ts';
import type { Job, JobResult } from './job.ts';

const slowReadPauseMs = 100;

export function runSlowReaders(job: Job & { kind: 'slow-readers' }): Promise<JobResult> {
  const payload: Payload = { kind: 'download', as: job.as, bytes: job.bytes };
  return holdAndLeave(job, payload, slowReadPauseMs);
}

export function runLeave(job: Job & { kind: 'leave' }): Promise<JobResult> {
  return holdAndLeave(job, { kind: 'stream', chunks: 1_000_000, intervalMs: 5 }, 0);
}

async function holdAndLeave(
  job: Job & { kind: 'slow-readers' | 'leave' },
  payload: Payload,
  pauseMs: number,
): Promise<JobResult> {
  const { bytes } = buildRequest(job.target, payload);
  let received = 0;
  let ended = 0;
  const connections = Array.from({ length: job.connections }, () => {
    const connection = createConnection(job.target.port);
    connection.readSlowly(pauseMs);
    connection.send(bytes, {
      body: (data) => {
        received += data.length;
      },
      end: () => {
        ended += 1;
      },
    });
    return connection;
  });
  await delay(job.holdMs);
  for (const connection of connections) connection.destroy();
  // An answer that ended by itself before the clients left would make the test say nothing.
  return {
    requests: job.connections,
    errors: ended,
    receivedMb: received / 1e6,
    seconds: job.holdMs / 1000,
  };
}
