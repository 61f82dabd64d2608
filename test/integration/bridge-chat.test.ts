// A chat of an IDE over the bridge: through the whole core, to a provider and back, and into the ledger.
import assert from 'node:assert/strict';
import { connectBridge, type BridgeClient } from '../../jetbrains-bridge/src/client/index.ts';
import type {
  BridgeParams,
  ChatPartEvent,
  ChatResult,
} from '../../proxy-core/src/contract/bridge/index.ts';
import { aConfig } from '../support/core-config.ts';
import { newestRow, rowsOf } from '../support/ledger.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { runCore, storedKeys, type RunningCore } from '../support/run-core.ts';
import { until } from '../support/until.ts';

type Ask = Partial<Omit<BridgeParams<'chat.stream'>, 'streamId'>>;

interface Answer {
  readonly parts: readonly ChatPartEvent[];
  readonly text: string;
  readonly result: ChatResult;
}

describe('a chat over the bridge', () => {
  let mock: MockProvider;
  let core: RunningCore;
  let bridge: BridgeClient;
  let asked = 0;

  before(async () => {
    mock = await startMockProvider();
    core = await runCore({ config: aConfig(mock.url) });
    bridge = connect();
  });

  after(async () => {
    bridge.close();
    await core.dispose();
    await mock.close();
  });

  beforeEach(() => mock.reset());

  function connect(): BridgeClient {
    const client = { kind: 'vscode', name: 'test', version: '0' } as const;
    return connectBridge({ dataDir: core.dataDir, client });
  }

  interface Running {
    readonly streamId: string;
    readonly parts: readonly ChatPartEvent[];
    readonly result: Promise<ChatResult>;
  }

  function start(changes: Ask = {}, over = bridge): Running {
    asked += 1;
    const streamId = `s${asked}`;
    const parts: ChatPartEvent[] = [];
    const stop = over.on('chat.event', (told) => {
      if (told.streamId === streamId) parts.push(told.event);
    });
    const result = over
      .call('chat.stream', {
        streamId,
        provider: 'openai',
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: [{ type: 'text', text: `Question ${asked}` }] }],
        client: 'vscode-chat',
        ...changes,
      })
      .finally(stop);
    return { streamId, parts, result };
  }

  async function ask(changes: Ask = {}): Promise<Answer> {
    const { parts, result } = start(changes);
    const ended = await result;
    const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
    return { parts, text, result: ended };
  }

  for (const [provider, model, key] of [
    ['openai', 'gpt-4o-mini', storedKeys.OPENAI_API_KEY],
    ['anthropic', 'claude-sonnet-5', storedKeys.ANTHROPIC_API_KEY],
  ] as const) {
    it(`with a model of ${provider} comes back in parts and stands in the ledger`, async () => {
      mock.respond({
        kind: 'answer',
        text: 'Grüße, 世界.',
        chunks: 5,
        usage: { input: 9, output: 4 },
      });
      const place = { workspace: 'shop', branch: 'feature/ä' };
      const { parts, text, result } = await ask({ provider, model, ...place });
      assert.equal(text, 'Grüße, 世界.');
      assert.ok(parts.length >= 5);
      assert.equal(result.endReason, 'stop');
      const row = await newestRow(core, asked);
      assert.equal(row.requestId, result.requestId);
      assert.deepEqual(
        [row.assistant, row.workspace, row.branch, row.provider, row.requestedModel],
        ['vscode-chat', 'shop', 'feature/ä', provider, model],
      );
      assert.deepEqual([row.inputTokens, row.outputTokens], [9, 4]);
      assert.deepEqual([result.usage?.inputTokens, result.usage?.outputTokens], [9, 4]);
      assert.ok(row.costNanoUsd !== null && row.costNanoUsd > 0);
      assert.equal(row.costNanoUsd, result.costNanoUsd);
      const { rawHeaders } = mock.lastRequest();
      assert.ok(rawHeaders.some((value) => value.endsWith(key)));
      assert.ok(!rawHeaders.some((name) => name.toLowerCase().startsWith('x-relaycore')));
    });

    it(`with a model of ${provider} takes tools both ways`, async () => {
      const call = { name: 'weather', input: { city: 'Köln', days: 3 } };
      mock.respond({ kind: 'answer', text: '', toolCalls: [call] });
      const tools = [
        { name: 'weather', description: 'The weather.', inputSchema: { type: 'object' } },
      ];
      const first = await ask({ provider, model, tools, toolMode: 'required' });
      const made = first.parts.find((part) => part.type === 'tool-call');
      assert.ok(made !== undefined);
      assert.deepEqual([made.name, made.arguments], [call.name, call.input]);
      assert.equal(first.result.endReason, 'tool-calls');
      mock.respond({ kind: 'answer', text: 'Rain.' });
      const { text } = await ask({
        provider,
        model,
        tools,
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'The weather in Köln?' }] },
          { role: 'assistant', content: [made] },
          {
            role: 'user',
            content: [
              { type: 'tool-result', id: made.id, content: [{ type: 'text', text: 'wet' }] },
            ],
          },
        ],
      });
      assert.equal(text, 'Rain.');
      const body = mock.lastRequest().body.toString();
      assert.ok(body.includes(made.id) && body.includes('wet'));
    });
  }

  it('is a hit where the same was asked before, and costs nothing', async () => {
    const same: Ask = {
      messages: [{ role: 'user', content: [{ type: 'text', text: 'The same' }] }],
      options: { temperature: 0 },
    };
    mock.respond({ kind: 'answer', text: 'Once.' });
    const first = await ask(same);
    const second = await ask(same);
    assert.deepEqual([first.result.cache, second.result.cache], ['miss', 'hit']);
    assert.equal(second.text, 'Once.');
    assert.equal(second.result.costNanoUsd, 0);
    assert.equal(mock.requests.length, 1);
    assert.equal((await ask({ ...same, cache: 'bypass' })).result.cache, 'bypass');
  });

  it('lists the models that can be asked', async () => {
    mock.respond({ kind: 'raw', contentType: 'application/json', body: '{"data":[]}' });
    const { models } = await bridge.call('chat.models', {});
    assert.ok(models.some(({ id, isFree }) => id === 'demo/demo' && isFree));
    const { text } = await ask({ provider: 'demo', model: 'demo-fast' });
    assert.ok(text.includes('demo provider'));
  });

  it('is refused in the provider’s words', async () => {
    mock.respond({ kind: 'error', status: 401, message: 'Incorrect API key provided' });
    await assert.rejects(ask(), {
      code: 'provider_refused',
      message: /does not accept its key.*Incorrect API key provided/,
    });
  });

  it('ends at the provider at once when it is cancelled', async () => {
    mock.respond({
      kind: 'answer',
      text: 'one two',
      chunks: 2,
      fault: { kind: 'stall', events: 2 },
    });
    const running = start();
    await until('the first part', () => running.parts.length > 0);
    assert.deepEqual(await bridge.call('chat.cancel', { streamId: running.streamId }), {
      cancelled: true,
    });
    assert.equal((await running.result).endReason, 'cancelled');
    await until('the end at the provider', () => mock.aborted().length === 1);
    assert.equal((await newestRow(core, asked)).outcome, 'aborted');
  });

  it('ends at the provider at once when its window closes', async () => {
    mock.respond({
      kind: 'answer',
      text: 'one two',
      chunks: 2,
      fault: { kind: 'stall', events: 2 },
    });
    const window = connect();
    const running = start({}, window);
    running.result.catch(() => {});
    await until('the first part', () => running.parts.length > 0);
    window.close();
    await until('the end at the provider', () => mock.aborted().length === 1);
    assert.equal((await newestRow(core, asked)).outcome, 'aborted');
  });

  it('leaves the identity of the bridge to the bridge alone', async () => {
    const attempts = ['bridge/vscode-chat', 'rc_bridge', 'Bearer bridge/vscode-chat'];
    const before = mock.requests.length;
    for (const attempt of attempts) {
      const response = await fetch(`${core.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-relaycore-token': attempt },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages: [] }),
      });
      assert.equal(response.status, 401);
      await response.arrayBuffer();
    }
    assert.equal(mock.requests.length, before);
    const own = (await rowsOf(core)).filter(({ apiKeyId }) => apiKeyId?.startsWith('bridge/'));
    assert.ok(own.every(({ assistant }) => assistant === 'vscode-chat'));
  });

  it('of 16 MB comes whole to a client that is busy meanwhile', async () => {
    const textBytes = 16_000_000;
    mock.respond({ kind: 'answer', text: 'x'.repeat(1000), textBytes, chunks: 400 });
    const running = start();
    await until('the first part', () => running.parts.length > 0);
    // Nothing is read for a while, and far more than the bound of a connection is on its way.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    const result = await running.result;
    const bytes = running.parts.reduce(
      (sum, part) => sum + (part.type === 'text' ? part.text.length : 0),
      0,
    );
    assert.equal(bytes, textBytes);
    assert.equal(result.endReason, 'stop');
  });
});
