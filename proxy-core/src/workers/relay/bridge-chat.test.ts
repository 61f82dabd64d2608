import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RelayError } from '../../domain/relay-error.ts';
import { aChatCall, FakeCaller, startChatBench, type ChatBench } from './testing/chat-bench.ts';

function openaiChunk(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ model: 'gpt-4o-mini-2024-07-18', choices })}\n\n`;
}

const usageChunk = `data: ${JSON.stringify({
  choices: [],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
})}\n\ndata: [DONE]\n\n`;

function streamHead(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString());
  assert.ok(typeof parsed === 'object' && parsed !== null);
  return { ...parsed };
}

describe('a model call over the bridge', () => {
  let bench: ChatBench;
  let asked: { body: Record<string, unknown>; headers: IncomingMessage['headers']; url: string }[];

  beforeEach(async () => {
    asked = [];
    bench = await startChatBench();
  });

  afterEach(() => bench.close());

  /** Answers every request with this body, after noting what was asked. */
  function answer(status: number, body: string, type = 'application/json'): void {
    bench.serve((request, response) => {
      void bodyOf(request).then((read) => {
        asked.push({ body: read, headers: request.headers, url: request.url ?? '' });
        response.writeHead(status, { 'content-type': type });
        response.end(body);
      });
    });
  }

  function answerHello(): void {
    const stream = openaiChunk({ content: 'Hel' }) + openaiChunk({ content: 'lo' }, 'stop');
    answer(200, stream + usageChunk, 'text/event-stream');
  }

  it('goes through the whole pipeline with the stored key, and stands in the ledger', async () => {
    answerHello();
    const caller = new FakeCaller();
    const call = aChatCall({ client: 'vscode-chat', workspace: 'shop', branch: 'mäin' });
    const result = await bench.chat['chat.stream'](call, caller);
    assert.equal(caller.text, 'Hello');
    assert.equal(result.endReason, 'stop');
    assert.deepEqual(result.usage, {
      inputTokens: 9,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 2,
      reasoningTokens: 0,
      isEstimated: false,
    });
    const [row] = bench.rows;
    assert.ok(row !== undefined);
    assert.equal(row.requestId, result.requestId);
    assert.equal(row.costNanoUsd, result.costNanoUsd);
    assert.ok((row.costNanoUsd ?? 0) > 0);
    assert.deepEqual(
      [row.assistant, row.workspace, row.branch, row.apiKeyId, row.routeRule, row.outcome],
      ['vscode-chat', 'shop', 'mäin', 'bridge/vscode-chat', 'pinned', 'completed'],
    );
    assert.equal(asked[0]?.headers.authorization, 'Bearer sk-test');
    assert.equal(asked[0]?.url, '/v1/chat/completions');
    assert.deepEqual(asked[0]?.body['messages'], [{ role: 'user', content: 'Hi' }]);
  });

  it('is answered from the cache where it may be, for the same client alone', async () => {
    answerHello();
    const call = aChatCall({ client: 'vscode-chat', options: { temperature: 0 } });
    const first = await bench.chat['chat.stream'](call, new FakeCaller());
    const caller = new FakeCaller();
    const second = await bench.chat['chat.stream'](call, caller);
    assert.deepEqual([first.cache, second.cache], ['miss', 'hit']);
    assert.equal(caller.text, 'Hello');
    assert.equal(second.costNanoUsd, 0);
    assert.equal(second.savedByCacheNanoUsd, first.costNanoUsd);
    const other = aChatCall({ client: 'mcp', options: { temperature: 0 } });
    assert.equal((await bench.chat['chat.stream'](other, new FakeCaller())).cache, 'miss');
    const bypassing = { ...call, cache: 'bypass' as const };
    assert.equal((await bench.chat['chat.stream'](bypassing, new FakeCaller())).cache, 'bypass');
  });

  it('speaks the dialect of the provider', async () => {
    const events = [
      {
        type: 'message_start',
        message: { model: 'claude', usage: { input_tokens: 3, output_tokens: 1 } },
      },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 'a', name: 'look', input: {} },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: '{"x":1}' },
      },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 7 } },
      { type: 'message_stop' },
    ];
    const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    answer(200, text.join(''), 'text/event-stream');
    const caller = new FakeCaller();
    const tools = [{ name: 'look', description: 'Looks.' }];
    const call = aChatCall({ provider: 'anthropic', model: 'claude-sonnet-5', tools });
    const result = await bench.chat['chat.stream'](call, caller);
    assert.deepEqual(caller.parts, [
      { type: 'tool-call', id: 'a', name: 'look', arguments: { x: 1 } },
    ]);
    assert.equal(result.endReason, 'tool-calls');
    assert.equal(result.usage?.outputTokens, 7);
    assert.equal(asked[0]?.headers['x-api-key'], 'sk-test');
    assert.equal(asked[0]?.headers['anthropic-version'], '2023-06-01');
    assert.equal(asked[0]?.body['max_tokens'], 64_000);
  });

  it('reads the answer of a server that does not stream', async () => {
    const message = { role: 'assistant', content: 'Whole.' };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    answer(
      200,
      JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices }),
    );
    const caller = new FakeCaller();
    const result = await bench.chat['chat.stream'](aChatCall(), caller);
    assert.equal(caller.text, 'Whole.');
    assert.equal(result.endReason, 'stop');
  });

  for (const [status, code, words] of [
    [401, 'provider_refused', 'Give RelayCore a valid one'],
    [400, 'provider_refused', 'refused the request'],
    [429, 'rate_limited', 'Wait and ask again'],
    [529, 'provider_failed', 'Ask again'],
  ] as const) {
    it(`that the provider answers with ${status} rejects and says what to do`, async () => {
      answer(
        status,
        JSON.stringify({ error: { message: 'no, sk-abcdefghijklmnopqrstuvwxyz0123456789' } }),
      );
      const error = await rejectionOf(aChatCall());
      assert.equal(error.code, code);
      assert.ok(error.message.includes(words), error.message);
      assert.ok(!error.message.includes('abcdefghij'), 'the key stands in the message');
      assert.equal(bench.rows[0]?.status, status);
    });
  }

  async function rejectionOf(call: ReturnType<typeof aChatCall>): Promise<RelayError> {
    try {
      await bench.chat['chat.stream'](call, new FakeCaller());
    } catch (error) {
      if (error instanceof RelayError) return error;
      throw error;
    }
    throw new Error('the call did not reject');
  }

  it('that RelayCore itself refuses rejects with its own error', async () => {
    answerHello();
    const error = await rejectionOf(aChatCall({ cache: 'only', options: { temperature: 0 } }));
    assert.equal(error.code, 'cache_miss');
    assert.equal((await rejectionOf(aChatCall({ provider: 'nobody' }))).code, 'no_provider');
    assert.equal(asked.length, 0);
  });

  it('rejects where the provider breaks the answer off, and keeps what came before', async () => {
    bench.serve((_, response) => {
      streamHead(response);
      response.write(openaiChunk({ content: 'Hel' }), () => response.destroy());
    });
    const caller = new FakeCaller();
    await assert.rejects(async () => bench.chat['chat.stream'](aChatCall(), caller), {
      code: 'upstream_unreachable',
    });
    assert.equal(caller.text, 'Hel');
    assert.equal(bench.rows[0]?.outcome, 'incomplete');
  });

  it('lets the provider go where its answer cannot be read', async () => {
    const left = Promise.withResolvers<void>();
    bench.serve((_, response) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'content-encoding': 'x-unheard-of',
      });
      response.write('x');
      response.on('close', () => left.resolve());
    });
    await assert.rejects(async () => bench.chat['chat.stream'](aChatCall(), new FakeCaller()), {
      code: 'upstream_invalid',
    });
    await left.promise;
  });

  for (const [how, end] of [
    ['is cancelled', (caller: FakeCaller) => bench.chat['chat.cancel']({ streamId: 's1' }, caller)],
    ['loses its connection', (caller: FakeCaller) => caller.close()],
  ] as const) {
    it(`that ${how} ends the request to the provider at once, and is billed as what it was`, async () => {
      const left = Promise.withResolvers<void>();
      const caller = new FakeCaller();
      bench.serve((_, response) => {
        streamHead(response);
        response.write(openaiChunk({ content: 'Hel' }));
        response.on('close', () => left.resolve());
      });
      const running = Promise.resolve(bench.chat['chat.stream'](aChatCall(), caller));
      while (caller.text === '') await nextTurn();
      void end(caller);
      await left.promise;
      const result = await running;
      assert.equal(result.endReason, 'cancelled');
      assert.equal(bench.rows[0]?.outcome, 'aborted');
      assert.equal(result.usage?.isEstimated, true);
    });
  }

  it('is cancelled by its own connection alone, and never twice', async () => {
    const caller = new FakeCaller(1);
    bench.serve((_, response) => {
      streamHead(response);
      response.write(openaiChunk({ content: 'Hel' }));
    });
    const running = Promise.resolve(bench.chat['chat.stream'](aChatCall(), caller));
    while (caller.text === '') await nextTurn();
    const cancel = (id: number): unknown =>
      bench.chat['chat.cancel']({ streamId: 's1' }, new FakeCaller(id));
    assert.deepEqual(cancel(2), { cancelled: false });
    await assert.rejects(async () => bench.chat['chat.stream'](aChatCall(), caller), {
      code: 'conflict',
    });
    assert.deepEqual(cancel(1), { cancelled: true });
    await running;
    assert.deepEqual(cancel(1), { cancelled: false });
  });

  it('holds the provider back while its client does not take the answer in', async () => {
    const room = Promise.withResolvers<void>();
    const caller = new FakeCaller();
    caller.room = room.promise;
    const chunk = openaiChunk({ content: 'x'.repeat(16 * 1024) });
    const total = 2_000;
    let written = 0;
    let isHeldBack = false;
    bench.serve((_, response) => {
      streamHead(response);
      const write = (): void => {
        while (written < total) {
          written += 1;
          if (response.write(chunk)) continue;
          isHeldBack = true;
          response.once('drain', write);
          return;
        }
        response.end(openaiChunk({}, 'stop') + usageChunk);
      };
      write();
    });
    const running = Promise.resolve(bench.chat['chat.stream'](aChatCall(), caller));
    let before = -1;
    // Until nothing moves any more, though much is left.
    for (let still = 0; still < 200; still = before === written ? still + 1 : 0) {
      before = written;
      await nextTurn();
    }
    assert.ok(isHeldBack && written < total, `${written} chunks left the provider`);
    assert.equal(caller.parts.length, 1);
    caller.room = undefined;
    room.resolve();
    const result = await running;
    assert.equal(caller.text.length, total * 16 * 1024);
    assert.equal(result.endReason, 'stop');
  });

  it('knows the models of all providers, what they cost and what they can do', async () => {
    const { models, notices } = await bench.chat['chat.models']({}, new FakeCaller());
    assert.deepEqual(notices, []);
    const gpt = models.find(({ id }) => id === 'openai/gpt-4o-mini');
    assert.equal(gpt?.inputUsdPerMtok, 0.15);
    assert.equal(gpt.takesImages, true);
    assert.equal(models.find(({ id }) => id === 'anthropic/claude-sonnet-5')?.callsTools, true);
    const demo = models.filter(({ isFree }) => isFree).map(({ id }) => id);
    assert.deepEqual(demo, ['demo/demo', 'demo/demo-fast']);
    assert.deepEqual(models.at(-1)?.isFree, true);
  });
});
