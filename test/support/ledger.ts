// What a running core has recorded, through the control plane.
import type { RequestRecord, RequestsPage } from '../../proxy-core/src/contract/index.ts';
import type { RunningCore } from './run-core.ts';

/** Wherever it runs. */
type AskedCore = Pick<RunningCore, 'url' | 'controlToken'>;

/** The newest rows first. Rows travel in batches, so that it asks until enough have ended. */
export async function endedRows(core: AskedCore, count: number): Promise<readonly RequestRecord[]> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const rows = await rowsOf(core);
    const ended = rows.filter(({ outcome }) => outcome !== 'open');
    if (ended.length >= count) return ended;
    if (Date.now() > deadline) throw new Error(`${ended.length} of ${count} rows have ended`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export async function rowsOf(core: AskedCore): Promise<readonly RequestRecord[]> {
  const response = await fetch(`${core.url}/v1/analytics/requests?limit=1000`, {
    headers: { authorization: `Bearer ${core.controlToken}` },
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const { requests } = (await response.json()) as RequestsPage;
  return requests;
}

export async function newestRow(core: AskedCore, count = 1): Promise<RequestRecord> {
  const [row] = await endedRows(core, count);
  if (row === undefined) throw new Error('no row has ended');
  return row;
}
