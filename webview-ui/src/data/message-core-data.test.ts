import assert from 'node:assert/strict';
import type { PageMessage } from '@relaycore/proxy-core/contract/bridge';
import { createMessageCoreData } from './message-core-data.ts';

describe('data by messages', () => {
  it('asks the one who shows the page and gives each question its own answer', async () => {
    const posted: PageMessage[] = [];
    const messages = createMessageCoreData((message) => posted.push(message));
    const usage = messages.data.usage({ from: 5, groupBy: 'hour' });
    const requests = messages.data.requests({ limit: 50 });
    assert.deepEqual(posted, [
      { type: 'call', id: 1, name: 'usage.series', params: { from: 5, groupBy: 'hour' } },
      { type: 'call', id: 2, name: 'usage.requests', params: { limit: 50 } },
    ]);
    messages.receive({ type: 'result', id: 2, result: { requests: [] } });
    messages.receive({ type: 'result', id: 1, result: { groups: [] } });
    assert.deepEqual(await usage, { groups: [] });
    assert.deepEqual(await requests, { requests: [] });
  });

  it('says why it has no answer', async () => {
    const messages = createMessageCoreData(() => {});
    const requests = messages.data.requests({ limit: 1 });
    messages.receive({ type: 'failure', id: 1, kind: 'unreachable', message: 'No core.' });
    await assert.rejects(requests, { kind: 'unreachable', message: 'No core.' });
  });

  it('takes no notice of answers to questions of an earlier page', () => {
    const messages = createMessageCoreData(() => {});
    messages.receive({ type: 'result', id: 7, result: null });
  });
});
