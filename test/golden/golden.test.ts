// Every golden stream through the whole system: a real client connection, the core as it ships, and
// a provider that sends the recorded bytes.
import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync, brotliDecompressSync } from 'node:zlib';
import { newestRow } from '../support/ledger.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { runCore, type RunningCore } from '../support/run-core.ts';
import { goldenCases, goldenColumns, type GoldenCase, type GoldenRow } from './golden-case.ts';

const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As on the wire, compressed where the answer is. */
  readonly body: Buffer;
  /** The connection broke before the end of the answer. */
  readonly wasCut: boolean;
}

describe('a golden stream', () => {
  let mock: MockProvider;
  let core: RunningCore;
  let token: string;
  let asked = 0;

  before(async () => {
    mock = await startMockProvider();
    core = await runCore({
      config: {
        providers: {
          openai: { baseUrl: `${mock.url}/v1` },
          anthropic: { baseUrl: mock.url },
          lab: { type: 'openai-compatible', baseUrl: `${mock.url}/v1`, models: ['my-model'] },
        },
      },
    });
    token = await core.createClientToken();
  });

  after(async () => {
    await core.dispose();
    await mock.close();
  });

  async function run(golden: GoldenCase): Promise<{ received: Received; row: GoldenRow }> {
    const { status, isStream, upstream, encoding, cut, upstreamHeaders } = golden;
    mock.reset();
    mock.script({
      kind: 'raw',
      status,
      contentType: isStream ? 'text/event-stream; charset=utf-8' : 'application/json',
      body: upstream,
      encoding,
      headers: upstreamHeaders,
      ...(isStream ? { framing: 'chunked' } : {}),
      ...(cut ? { fault: { kind: 'cut', bytes: upstream.length } } : {}),
    });
    asked += 1;
    const received = await send(golden);
    const ledger = await newestRow(core, asked);
    const columns = goldenColumns.map((name) => [name, ledger[name]]);
    return { received, row: Object.fromEntries(columns) as GoldenRow };
  }

  function send(golden: GoldenCase): Promise<Received> {
    const credential =
      golden.dialect === 'openai' ? { authorization: `Bearer ${token}` } : { 'x-api-key': token };
    const headers = {
      'content-type': 'application/json',
      'accept-encoding': golden.encoding,
      'x-relaycore-cache': 'bypass',
      ...credential,
      ...golden.headers,
    };
    return new Promise((resolve, reject) => {
      const sent = httpRequest(core.url + golden.path, { method: 'POST', headers }, (response) => {
        const chunks: Buffer[] = [];
        const finish = (): void => {
          const { statusCode: status = 0, complete } = response;
          resolve({ status, headers: response.headers, body: Buffer.concat(chunks), wasCut: !complete });
        };
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('close', finish);
        // A cut answer is an error for node, and the subject of some cases here.
        response.on('error', () => {});
      });
      sent.on('error', reject);
      sent.end(golden.request);
    });
  }

  for (const golden of goldenCases()) {
    it(`${golden.name}: ${golden.about}`, async () => {
      const { received, row } = await run(golden);
      const body = decoded(received.body, golden.encoding);
      if (isUpdating) golden.record(body, row);
      assert.equal(received.status, golden.status);
      assert.equal(received.wasCut, golden.cut);
      assert.equal(body.toString(), golden.downstream().toString());
      assert.ok(body.equals(golden.downstream()));
      assert.deepEqual(row, golden.ledger());
      assertHeadersPass(golden, received.headers);
      assertWhatUpstreamGot(golden, mock);
      if (golden.encoding === 'identity') return;
      assert.ok(received.body.equals(mock.lastRequest().responseBody()), 'the compressed bytes');
    });
  }

  it('leaves neither key nor prompt in the log', () => {
    const log = core.stderr();
    assert.ok(log.length > 0);
    for (const secret of ['Zoë', 'こんにちは', 'sk-mock', 'sk-ant-mock', token]) {
      assert.ok(!log.includes(secret), secret);
    }
  });
});

function decoded(body: Buffer, encoding: GoldenCase['encoding']): Buffer {
  switch (encoding) {
    case 'gzip':
      return gunzipSync(body);
    case 'br':
      return brotliDecompressSync(body);
    default:
      return body;
  }
}

function assertHeadersPass(golden: GoldenCase, headers: IncomingHttpHeaders): void {
  for (const [name, value] of Object.entries(golden.upstreamHeaders)) {
    assert.equal(headers[name], value);
  }
  const expected = golden.encoding === 'identity' ? undefined : golden.encoding;
  assert.equal(headers['content-encoding'], expected);
}

/** The client's own bytes, but for the option that RelayCore adds to streams of OpenAI's dialect. */
function assertWhatUpstreamGot(golden: GoldenCase, mock: MockProvider): void {
  const upstreamRequest = mock.lastRequest();
  const asked = JSON.parse(golden.request.toString()) as Record<string, unknown>;
  const isAdded =
    golden.dialect === 'openai' && asked['stream'] === true && asked['stream_options'] === undefined;
  if (!isAdded) {
    assert.ok(upstreamRequest.body.equals(golden.request));
    return;
  }
  assert.deepEqual(upstreamRequest.json(), { ...asked, stream_options: { include_usage: true } });
  // Every byte of the client is still there, in its place.
  assert.ok(upstreamRequest.body.includes(golden.request.subarray(1, -1)));
}
