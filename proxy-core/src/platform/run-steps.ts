import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long a piece of work may keep its thread before what waits is served. */
const maxTurnMs = 4;

/** Runs a generator to its end, in turns of a few milliseconds. `tick`: monotonic milliseconds. */
export async function runSteps<Result>(
  steps: Generator<void, Result>,
  tick: () => number,
): Promise<Result> {
  let turnStart = tick();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (tick() - turnStart < maxTurnMs) continue;
    await nextTurn();
    turnStart = tick();
  }
}
