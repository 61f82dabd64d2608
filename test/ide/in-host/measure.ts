// Runs inside the extension host, while a load runs or not: how late its event loop is.
import { existsSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

export interface LoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** VS Code calls it. Measures from the file `FOLDER/NAME.begin` to `NAME.end`, into `NAME.json`, until `stop` is there. */
export async function run(): Promise<void> {
  const folder = process.env['RELAYCORE_TEST_RESULTS'];
  if (folder === undefined) throw new Error('RELAYCORE_TEST_RESULTS names no folder.');
  for (const name of ['idle', 'load']) {
    await appears(`${folder}.${name}.begin`);
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    await appears(`${folder}.${name}.end`);
    histogram.disable();
    const ms = (nanoseconds: number): number => nanoseconds / 1e6;
    const result: LoopDelay = {
      p50Ms: ms(histogram.percentile(50)),
      p99Ms: ms(histogram.percentile(99)),
      maxMs: ms(histogram.max),
    };
    writeFileSync(`${folder}.${name}.json`, JSON.stringify(result));
  }
}

async function appears(file: string): Promise<void> {
  while (!existsSync(file)) await delay(20);
}
