// The same between real windows of VS Code: the leading window's extension host is killed, or the window
// is closed.
import { setTimeout as sleep } from 'node:timers/promises';
import { coreTiming } from '../../../../proxy-core/src/host/core-timing.ts';
import type { EditorWindow } from '../../../ide/editor/editor-window.ts';
import { until } from '../../../support/until.ts';
import type { IdeBench } from '../bench.ts';
import type { Measured } from '../measured.ts';
import { startStream } from '../running-stream.ts';
import { watchSuccession } from '../service-watch.ts';
import { clientKey, type Stage } from '../stage.ts';
import { reportSuccessions, type Successions } from '../succession-report.ts';

const chunks = 60;
/** Until a follower's workers are ready, which nothing outside its process tells. */
const warmMs = coreTiming.warmAfterMs + 5_000;
/** VS Code starts a killed extension host again, until its window is closed. */
const restartMs = 3_000;

export async function measureWindows(bench: IdeBench): Promise<Measured> {
  const count = bench.options.windowHandOvers;
  const stage = await bench.stage();
  await until('the end of the core before', async () => !(await stage.home.isServed()), 20_000);
  const leader = await stage.openWindow('first');
  await leader.waitForMeter((text) => text.includes('$'));
  const lead: Lead = { stage, leader, standby: await openStandby(stage) };
  const killed: Successions = [];
  const closed: Successions = [];
  for (let round = 0; round < count; round += 1) {
    bench.progress(`  round ${round + 1} of ${count}`);
    await bench.quiet.wait();
    killed.push(await passOn(lead, 'kill'));
    closed.push(await passOn(lead, 'close'));
  }
  await lead.leader.close();
  await lead.standby.close();
  return reportSuccessions('Hand-over between windows of VS Code', { killed, closed });
}

interface Lead {
  readonly stage: Stage;
  leader: EditorWindow;
  standby: EditorWindow;
}

async function passOn(lead: Lead, how: 'kill' | 'close'): Promise<Successions[number]> {
  const { stage, leader, standby } = lead;
  const { url, controlToken } = stage.home;
  const pid = stage.home.leaderPid();
  const { ended } = await startStream({ url, token: clientKey, chunks });
  const watching = watchSuccession({ url, controlToken }, pid);
  // By its pid; the extension host is one of the benchmark's own VS Code.
  if (how === 'kill') process.kill(pid, 'SIGKILL');
  const closing = how === 'close' ? leader.close() : null;
  const succession = await watching;
  await (closing ?? leader.close());
  if (how === 'kill') await sleep(restartMs);
  Object.assign(lead, { leader: standby, standby: await openStandby(stage) });
  return { ...succession, stream: await ended };
}

async function openStandby(stage: Stage): Promise<EditorWindow> {
  const window = await stage.openWindow('next');
  await window.waitForMeter((text) => text.includes('$'));
  await sleep(warmMs);
  return window;
}
