// Preloaded into every thread of a profiled RelayCore: writes a CPU profile of the last seconds again and again, because
// V8's own `--cpu-prof` writes none for a worker that is terminated.

import { Session } from 'node:inspector/promises';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

const folder = process.env['RELAYCORE_BENCH_PROFILES'] ?? '.';
const periodMs = 4_000;
const samplingUs = 500;

mkdirSync(folder, { recursive: true });
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: samplingUs });
await session.post('Profiler.start');
let part = 0;
setInterval(() => {
  void (async () => {
    const { profile } = await session.post('Profiler.stop');
    part += 1;
    const name = `process-${process.pid}-thread-${threadId}-part-${part}.cpuprofile`;
    writeFileSync(join(folder, name), JSON.stringify(profile));
    await session.post('Profiler.start');
  })();
}, periodMs).unref();
