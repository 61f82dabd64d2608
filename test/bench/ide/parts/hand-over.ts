// How long the address is not served when the lead goes to another process: headless cores on one data
// home, a leader and a standby, a stream under way each time.
import { createCoreGroup, untilStandby, type CoreGroup } from '../../../chaos/core-group.ts';
import { aConfig } from '../../../support/core-config.ts';
import type { RunningCore } from '../../../support/run-core.ts';
import type { IdeBench } from '../bench.ts';
import type { Measured } from '../measured.ts';
import { startStream } from '../running-stream.ts';
import { watchSuccession, type Succession } from '../service-watch.ts';
import { startUpstream, upstreamUrl } from '../stage.ts';
import { reportSuccessions, type Successions } from '../succession-report.ts';

/** Three seconds: none of them is over when a killed leader ends, and a closing one waits for it. */
const chunks = 60;

export async function measureHandOver(bench: IdeBench): Promise<Measured> {
  const count = bench.options.handOvers;
  const upstream = await startUpstream();
  const group = createCoreGroup(aConfig(upstreamUrl(upstream)));
  try {
    const leader = await group.start();
    const token = await leader.createClientToken('bench');
    const lead = { group, token, leader, standby: await group.start() };
    const killed: Successions = [];
    const closed: Successions = [];
    for (let round = 0; round < count; round += 1) {
      bench.progress(`  round ${round + 1} of ${count}`);
      await bench.quiet.wait();
      killed.push(await passOn(lead, (core) => core.kill9()));
      closed.push(await passOn(lead, (core) => core.stop()));
    }
    return reportSuccessions('Hand-over between headless cores', { killed, closed });
  } finally {
    await group.close();
    await upstream.stop();
  }
}

interface Lead {
  readonly group: CoreGroup;
  readonly token: string;
  leader: RunningCore;
  standby: RunningCore;
}

/** Ends the leader; its successor leads then, and has a standby of its own. */
async function passOn(
  lead: Lead,
  end: (leader: RunningCore) => Promise<unknown>,
): Promise<Succession & { readonly stream: 'whole' | 'cut' }> {
  const { leader, standby, group, token } = lead;
  const next = await group.start();
  await untilStandby(standby);
  const { ended } = await startStream({ url: leader.url, token, chunks });
  const { url, controlToken, pid } = leader;
  const gone = end(leader);
  const succession = await watchSuccession({ url, controlToken }, pid);
  await gone;
  Object.assign(lead, { leader: standby, standby: next });
  return { ...succession, stream: await ended };
}
