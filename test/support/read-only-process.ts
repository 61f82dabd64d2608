// Opens the store in `argv[2]` as a user who may only read there, and prints how it is.

import { systemClock } from '../../proxy-core/src/platform/clock/clock.ts';
import { loadSqlite } from '../../proxy-core/src/platform/sqlite/load-sqlite.ts';
import { encodeRows } from '../../proxy-core/src/backends/ledger/row-codec.ts';
import { createStore } from '../../proxy-core/src/workers/store/store.ts';
import { aCachedAnswer } from './cached-answers.ts';
import { aLedgerRow } from './ledger-rows.ts';
import { createRecordingLogger } from './recording-logger.ts';

const nobody = 65_534;
const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('The data folder is missing.');
// Everything is loaded by now: the sources need not be readable for everybody.
if (process.getuid?.() === 0) {
  process.setgid?.(nobody);
  process.setuid?.(nobody);
}
const logger = createRecordingLogger();
const { calls, closeOrphans, close } = createStore(
  { sqlite: loadSqlite(), clock: systemClock, logger },
  { dataDir, cacheSecret: Buffer.alloc(32, 1), closesOrphans: true },
);
closeOrphans(Date.now());
await calls.appendRows(encodeRows([aLedgerRow({ requestId: 'kept' })]));
const answer = aCachedAnswer('a', { expiresAt: Date.now() + 60_000 });
await calls.cachePutAll([answer]);
const { requests } = await calls.requests({ limit: 10 });
console.log(
  JSON.stringify({
    health: await calls.health(),
    requests: requests.map(({ requestId }) => requestId),
    cached: await calls.cacheGet(answer.key),
    warnings: logger.messages('warn'),
  }),
);
await close();
