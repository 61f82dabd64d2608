import assert from 'node:assert/strict';
import { readStartupReport } from './startup-report.ts';

describe("the editor's report of its start", () => {
  it('tells how long the extension took', () => {
    const text = [
      '## Extension Activation Stats',
      '| Extension | Eager | Load Code | Call Activate | Finish Activate | Event | By |',
      '| vscode.git | true | 80 | 44 | 3 | * | vscode.git |',
      '| relaycore.relaycore | false | 29 | 5 | 1 | onStartupFinished | relaycore.relaycore |',
    ].join('\n');
    assert.deepEqual(readStartupReport(text), { loadMs: 29, activateMs: 5, settleMs: 1 });
  });

  it('tells nothing where the extension is not in it', () => {
    const none = { loadMs: Number.NaN, activateMs: Number.NaN, settleMs: Number.NaN };
    assert.deepEqual(readStartupReport('## Extension Activation Stats\n'), none);
  });
});
