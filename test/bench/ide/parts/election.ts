// Twenty cores start at the same moment on one data home: exactly one may lead, every time.
import { createCoreGroup, type CoreGroup } from '../../../chaos/core-group.ts';
import { aConfig } from '../../../support/core-config.ts';
import { median } from '../../statistics.ts';
import type { IdeBench } from '../bench.ts';
import { formatMs, type Measured } from '../measured.ts';

const contenders = 20;
/** Twenty processes start on whatever CPUs there are. */
const readyTimeoutMs = 120_000;

interface Election {
  readonly leaders: number;
  /** From the first start until each of them leads or follows. */
  readonly settledMs: number;
  /** Addresses that they name; one, if they agree. */
  readonly addresses: number;
}

export async function measureElection(bench: IdeBench): Promise<Measured> {
  const count = bench.options.electionRounds;
  // The same data home for all: from the second round on it has what a killed leader left.
  const group = createCoreGroup(aConfig('http://127.0.0.1:1'));
  const elections: Election[] = [];
  try {
    for (let round = 0; round < count; round += 1) {
      bench.progress(`  round ${round + 1} of ${count}`);
      elections.push(await elect(group));
    }
  } finally {
    await group.close();
  }
  return report(elections);
}

async function elect(group: CoreGroup): Promise<Election> {
  const startedAt = performance.now();
  const cores = await Promise.all(
    Array.from({ length: contenders }, () => group.start({ readyTimeoutMs })),
  );
  const settledMs = performance.now() - startedAt;
  await Promise.all(cores.map((core) => core.kill9()));
  return {
    settledMs,
    leaders: cores.filter(({ ready }) => ready['attached'] === false).length,
    addresses: new Set(cores.map(({ url }) => url)).size,
  };
}

function report(elections: readonly Election[]): Measured {
  const count = elections.length;
  const settled = elections.map(({ settledMs }) => settledMs);
  const whole = elections.filter(({ leaders, addresses }) => leaders === 1 && addresses === 1);
  return {
    title: `Election among ${contenders} cores, ${count} rounds`,
    columns: ['median', 'least', 'most'],
    rows: [
      {
        label: 'until all lead or follow, ms',
        cells: [median(settled), Math.min(...settled), Math.max(...settled)].map(formatMs),
      },
      { label: 'rounds with exactly one leader', cells: [`${whole.length} of ${count}`] },
    ],
    goals: [
      {
        title: `elections of ${count} without exactly one leader`,
        value: count - whole.length,
        limit: 1,
        unit: 'round',
      },
    ],
    notes: [],
    values: elections,
  };
}
