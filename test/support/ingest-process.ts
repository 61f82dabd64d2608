// A process to be killed: writes a row a millisecond into the ledger in `argv[2]`, and prints a line
// `<epoch ms> <rows closed by then>` after each. One request stays open all the time.

import { writeSync } from 'node:fs';
import { aLedgerRow, anOpenLedgerRow } from './ledger-rows.ts';
import { startStoreThread } from './store-thread.ts';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('The data folder is missing.');
const store = await startStoreThread(dataDir);
const { ledger } = store.connect();
ledger.write(anOpenLedgerRow({ requestId: 'cut off', startedAt: Date.now() }));
let written = 0;
setInterval(() => {
  const startedAt = Date.now();
  ledger.write(aLedgerRow({ requestId: `r${written}`, startedAt }));
  written += 1;
  writeSync(1, `${startedAt} ${written}\n`);
}, 1);
