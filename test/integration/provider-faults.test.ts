// What providers and networks do wrong: for each fault, what the client sees and what is recorded.
import assert from 'node:assert/strict';
import { aChatRequest, aMessagesRequest } from '../support/builders.ts';
import { aConfig } from '../support/core-config.ts';
import { newestRow } from '../support/ledger.ts';
import { startMockProvider, type Behaviour, type MockProvider } from '../support/mock-provider.ts';
import { runCore, type RunningCore } from '../support/run-core.ts';

describe('faults of the provider', () => {
  let mock: MockProvider;
  let core: RunningCore;
  let token: string;
  let asked = 0;

  before(async () => {
    mock = await startMockProvider();
    const upstream = { idleTimeoutMs: 600 };
    core = await runCore({
      config: aConfig(mock.url, {
        upstream,
        providers: {
          openai: { baseUrl: `${mock.url}/v1` },
          anthropic: { baseUrl: mock.url },
          away: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', models: ['away'] },
        },
      }),
    });
    token = await core.createClientToken();
  });

  after(async () => {
    await core.dispose();
    await mock.close();
  });

  async function ask(
    behaviour: Behaviour | null,
    body: object,
    path = '/v1/chat/completions',
  ): Promise<Response> {
    mock.reset();
    if (behaviour !== null) mock.script(behaviour);
    asked += 1;
    return fetch(core.url + path, {
      method: 'POST',
      headers: {
        'x-api-key': token,
        'anthropic-version': '2023-06-01',
        'x-relaycore-cache': 'bypass',
      },
      body: JSON.stringify(body),
    });
  }

  const row = (): ReturnType<typeof newestRow> => newestRow(core, asked);
  const streamed = aChatRequest({ stream: true });

  it('passes errors of the provider on, byte for byte, with retry-after', async () => {
    const limited = {
      kind: 'error',
      status: 429,
      retryAfterSeconds: 7,
      message: 'slow down',
    } as const;
    const response = await ask(limited, aChatRequest());
    assert.equal(response.status, 429);
    assert.equal(response.headers.get('retry-after'), '7');
    assert.equal(response.headers.get('x-relaycore-error'), null);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), mock.lastRequest().responseBody());
    const { outcome, status, costNanoUsd, errorCode } = await row();
    assert.deepEqual([outcome, status, costNanoUsd, errorCode], ['failed', 429, 0, null]);
    assert.equal(mock.requests.length, 1, 'nothing is repeated');
  });

  it('says that a provider refuses connections, and what to check', async () => {
    const response = await ask(null, aChatRequest({ model: 'away' }));
    assert.equal(response.status, 502);
    assert.match(await response.text(), /away.*refused the connection/);
    const { outcome, errorCode, costNanoUsd } = await row();
    assert.deepEqual([outcome, errorCode, costNanoUsd], ['failed', 'upstream_unreachable', 0]);
  });

  it('reports a connection that is reset before the answer', async () => {
    const response = await ask({ kind: 'reset' }, aChatRequest());
    assert.equal(response.status, 502);
    const { errorCode, isUsageEstimated, costNanoUsd } = await row();
    assert.equal(errorCode, 'upstream_unreachable');
    // It had the request whole, and may bill it.
    assert.ok(isUsageEstimated && (costNanoUsd ?? 0) > 0);
  });

  it('reports a JSON answer that breaks off as an error, not as half an answer', async () => {
    const response = await ask(
      { kind: 'answer', fault: { kind: 'cut', bytes: 60 } },
      aChatRequest(),
    );
    assert.equal(response.status, 502);
    assert.equal(response.headers.get('x-relaycore-error'), 'upstream_unreachable');
    const { outcome, isUsageEstimated } = await row();
    assert.deepEqual([outcome, isUsageEstimated], ['incomplete', true]);
  });

  it('lets the client see a stream break off, and estimates what it cost', async () => {
    const response = await ask(
      { kind: 'answer', chunks: 10, fault: { kind: 'cut', events: 4, bytes: 9 } },
      streamed,
    );
    assert.equal(response.status, 200);
    await assert.rejects(response.text());
    const { outcome, isUsageEstimated, costNanoUsd, outputTokens } = await row();
    assert.deepEqual([outcome, isUsageEstimated], ['incomplete', true]);
    assert.ok((costNanoUsd ?? 0) > 0 && (outputTokens ?? 0) > 0);
  });

  it('never takes a stream without its end for a success', async () => {
    const response = await ask(
      { kind: 'answer', chunks: 10, fault: { kind: 'end', events: 4 } },
      aMessagesRequest({ stream: true }),
      '/v1/messages',
    );
    await response.text();
    const { outcome, isUsageEstimated } = await row();
    assert.deepEqual([outcome, isUsageEstimated], ['incomplete', true]);
  });

  it('gives up on a provider that sends nothing', async () => {
    const response = await ask({ kind: 'silence', after: 'request' }, aChatRequest());
    assert.equal(response.status, 504);
    assert.match(await response.text(), /upstream_timeout/);
    assert.equal((await row()).errorCode, 'upstream_timeout');
    assert.equal(mock.openResponses(), 0);
  });

  it('cuts a stream off that has stalled', async () => {
    const response = await ask({ kind: 'answer', fault: { kind: 'stall', events: 2 } }, streamed);
    await assert.rejects(response.text());
    const { outcome, errorCode } = await row();
    assert.deepEqual([outcome, errorCode], ['incomplete', 'upstream_timeout']);
    assert.equal(mock.openResponses(), 0);
  });

  it('passes HTML on as it is, unmetered', async () => {
    const html = '<html><body>Bad gateway</body></html>';
    const response = await ask(
      { kind: 'raw', status: 502, contentType: 'text/html', body: html },
      aChatRequest(),
    );
    assert.deepEqual([response.status, await response.text()], [502, html]);
    assert.equal((await row()).outcome, 'failed');
  });

  it('passes HTML in a 200 on, and does not call it a success', async () => {
    const response = await ask(
      { kind: 'raw', contentType: 'text/html', body: '<html>login</html>' },
      aChatRequest(),
    );
    assert.equal(await response.text(), '<html>login</html>');
    const { outcome, isUsageEstimated } = await row();
    assert.deepEqual([outcome, isUsageEstimated], ['incomplete', true]);
  });

  it('knows an error inside a 200, in JSON and in a stream', async () => {
    await (await ask({ kind: 'error', status: 200 }, aChatRequest())).text();
    assert.equal((await row()).outcome, 'incomplete');
    const inStream = { kind: 'answer', chunks: 6, errorAfterEvents: 3 } as const;
    const response = await ask(inStream, aMessagesRequest({ stream: true }), '/v1/messages');
    assert.match(await response.text(), /event: error/);
    assert.equal((await row()).outcome, 'incomplete');
  });

  it('ends the request upstream at once when the client leaves', async () => {
    mock.reset();
    mock.script({ kind: 'answer', chunks: 50, chunkDelayMs: 50 });
    asked += 1;
    const leaving = new AbortController();
    const response = await fetch(`${core.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'x-api-key': token },
      body: JSON.stringify(streamed),
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    const { outcome, isUsageEstimated } = await row();
    assert.deepEqual([outcome, isUsageEstimated], ['aborted', true]);
    assert.equal(mock.aborted().length, 1);
    assert.equal(mock.openResponses(), 0);
  });

  it('keeps headers that were for the last hop only to itself', async () => {
    const headers = { connection: 'x-hop', 'x-hop': '1', 'x-own': '2' };
    const response = await ask({ kind: 'answer', headers }, aChatRequest());
    assert.equal(response.status, 200);
    const passed = ['x-hop', 'x-own'].map((name) => response.headers.get(name));
    assert.deepEqual(passed, [null, '2']);
    await row();
  });

  it('leads to the results of a batch through itself', async () => {
    const path = '/v1/messages/batches/msgbatch_1';
    const results = (origin: string): string =>
      `{"id": "msgbatch_1", "results_url": "${origin}${path}/results", "note": "größer"}`;
    mock.reset();
    mock.script({
      kind: 'raw',
      contentType: 'application/json',
      body: results('https://api.anthropic.com'),
    });
    asked += 1;
    const response = await fetch(`${core.url}/w/shop%20window${path}`, {
      headers: { 'x-api-key': token, 'anthropic-version': '2023-06-01' },
    });
    assert.equal(await response.text(), results(`${core.url}/w/shop%20window`));
    assert.equal(mock.lastRequest().header('accept-encoding'), 'identity');
    await row();
  });

  it('does without usage where a server refuses stream_options', async () => {
    mock.reset();
    mock.respond({ kind: 'answer', rejectsStreamOptions: true });
    asked += 1;
    const response = await fetch(`${core.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'x-api-key': token },
      body: JSON.stringify(aChatRequest({ stream: true, model: 'old-server' })),
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-relaycore-attempts'), '2');
    assert.match(await response.text(), /\[DONE\]/);
    const { isUsageEstimated, attempts } = await row();
    assert.deepEqual([isUsageEstimated, attempts], [true, 2]);
  });
});
