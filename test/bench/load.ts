// The load generator, a process of its own: takes jobs over IPC, one at a time.

import { runClosedLoop } from './jobs/closed-loop.ts';
import type { Job, JobResult } from './jobs/job.ts';
import { runLeave, runSlowReaders } from './jobs/leaving-clients.ts';
import { runOpenLoop } from './jobs/open-loop.ts';
import { runStreams } from './jobs/streams.ts';

function run(job: Job): Promise<JobResult> {
  switch (job.kind) {
    case 'closed':
      return runClosedLoop(job);
    case 'open':
      return runOpenLoop(job);
    case 'streams':
      return runStreams(job);
    case 'slow-readers':
      return runSlowReaders(job);
    case 'leave':
      return runLeave(job);
  }
}

process.on('message', (job: Job) => {
  void run(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
process.send?.({ ready: true });
