import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { headerValue } from '../../domain/headers.ts';
import type { UpstreamControl } from '../../domain/upstream.ts';
import { createAnswerProbe, type AnswerProbe } from '../testing/answer-probe.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { demoProvider } from './demo-provider.ts';

/** An answer's JSON, of which a test knows the shape. */
type Json = ReturnType<typeof JSON.parse>;

interface Asked {
  readonly answer: AnswerProbe;
  readonly control: UpstreamControl;
  readonly clock: ManualClock;
  readonly close: () => Promise<void>;
}

function ask(path: string, body?: object | Buffer, headers: readonly string[] = []): Asked {
  const clock = createManualClock();
  const provider = demoProvider.createProvider(
    {
      clock,
      createTransport() {
        throw new Error('the demo needs no network');
      },
    },
    { id: 'demo', baseUrl: null, apiKey: null, models: [] },
  );
  const answer = createAnswerProbe();
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body ?? null));
  const method = body === undefined ? 'GET' : 'POST';
  const { transport } = provider;
  const control = transport.dispatch({ method, path, headers, body: bytes }, answer);
  return { answer, control, clock, close: () => transport.close() };
}

async function json(path: string, body?: object | Buffer, headers?: readonly string[]) {
  const { answer } = ask(path, body, headers);
  await answer.done;
  return { status: answer.status, body: JSON.parse(answer.text) as Record<string, Json>, answer };
}

function events(text: string): Record<string, Json>[] {
  return text
    .split('\n\n')
    .filter((event) => event.includes('data: {'))
    .map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)) as Record<string, Json>);
}

const chat = { model: 'demo-fast', messages: [{ role: 'user', content: 'What is 2 + 2?' }] };
const message = { ...chat, max_tokens: 500 };

describe('the demo provider on chat completions', () => {
  it('says that it is a demo and echoes the question', async () => {
    const { status, body } = await json('/v1/chat/completions', chat);
    assert.equal(status, 200);
    const [choice] = body['choices'];
    assert.match(
      choice.message.content,
      /^This is RelayCore's demo provider, not a language model/,
    );
    assert.match(choice.message.content, /“What is 2 \+ 2\?”/);
    assert.equal(choice.finish_reason, 'stop');
    assert.ok(body['usage'].prompt_tokens > 5 && body['usage'].completion_tokens > 20);
    assert.equal(body['object'], 'chat.completion');
  });

  it('streams the same text, with usage only where it is asked for', async () => {
    const whole = await json('/v1/chat/completions', chat);
    const asked = { ...chat, stream: true, stream_options: { include_usage: true } };
    const { answer } = ask('/v1/chat/completions', asked);
    await answer.done;
    const chunks = events(answer.text);
    const text = chunks.map((chunk) => chunk['choices'][0]?.delta.content ?? '').join('');
    assert.equal(text, whole.body['choices'][0].message.content);
    assert.deepEqual(chunks.at(-1)?.['usage'], whole.body['usage']);
    assert.deepEqual(chunks.at(-1)?.['choices'], []);
    assert.ok(answer.text.endsWith('data: [DONE]\n\n'));
    assert.match(headerValue(answer.headers, 'content-type') ?? '', /^text\/event-stream/);
    const unasked = ask('/v1/chat/completions', { ...chat, stream: true });
    await unasked.answer.done;
    assert.ok(!unasked.answer.text.includes('usage'));
  });

  it('calls the tool that it must call, with an input that its schema allows', async () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2 } },
      required: ['city', 'days'],
    };
    const tools = [{ type: 'function', function: { name: 'weather', parameters } }];
    const { body } = await json('/v1/chat/completions', {
      ...chat,
      tools,
      tool_choice: 'required',
    });
    const [call] = body['choices'][0].message.tool_calls;
    assert.equal(call.function.name, 'weather');
    assert.deepEqual(JSON.parse(call.function.arguments), { city: 'demo', days: 2 });
    assert.equal(body['choices'][0].finish_reason, 'tool_calls');
    const named = { type: 'function', function: { name: 'other' } };
    const wrong = await json('/v1/chat/completions', { ...chat, tools, tool_choice: named });
    assert.equal(wrong.status, 400);
    const free = await json('/v1/chat/completions', { ...chat, tools });
    assert.equal(free.body['choices'][0].finish_reason, 'stop');
  });

  it('stops at the limit of tokens', async () => {
    const { body } = await json('/v1/chat/completions', { ...chat, max_tokens: 5 });
    assert.equal(body['choices'][0].finish_reason, 'length');
    assert.ok(body['usage'].completion_tokens <= 5);
  });

  it('gives as many choices as asked for', async () => {
    const { body } = await json('/v1/chat/completions', { ...chat, n: 3 });
    assert.deepEqual(
      body['choices'].map((choice: { index: number }) => choice.index),
      [0, 1, 2],
    );
  });

  it('refuses bad requests as OpenAI does', async () => {
    const cases: readonly (readonly [object | Buffer, number, string | null])[] = [
      [{ messages: chat.messages }, 400, 'model'],
      [{ model: 'gpt-4o', messages: chat.messages }, 404, 'model'],
      [{ model: 'demo' }, 400, 'messages'],
      [{ ...chat, messages: [] }, 400, 'messages'],
      [{ ...chat, messages: ['hi'] }, 400, 'messages.0'],
      [{ ...chat, temperature: 9 }, 400, 'temperature'],
      [{ ...chat, n: 0 }, 400, 'n'],
      [{ ...chat, stream: 'yes' }, 400, 'stream'],
      [Buffer.from('{"model":'), 400, null],
      [Buffer.from('[]'), 400, null],
    ];
    for (const [request, expected, param] of cases) {
      const { status, body } = await json('/v1/chat/completions', request);
      assert.equal(status, expected, JSON.stringify(request));
      assert.equal(body['error'].param, param);
      assert.equal(body['error'].type, 'invalid_request_error');
    }
  });

  it('reads compressed requests', async () => {
    const body = gzipSync(JSON.stringify(chat));
    const { status } = await json('/v1/chat/completions', body, ['content-encoding', 'gzip']);
    assert.equal(status, 200);
  });
});

describe('the demo provider on messages', () => {
  it('answers in whole and in a stream alike', async () => {
    const { body } = await json('/v1/messages?beta=true', message);
    assert.equal(body['type'], 'message');
    assert.match(body['content'][0].text, /RelayCore's demo provider/);
    const { answer } = ask('/v1/messages', { ...message, stream: true });
    await answer.done;
    const all = events(answer.text);
    assert.deepEqual(
      [...new Set(all.map((event) => event['type']))],
      [
        'message_start',
        'content_block_start',
        'ping',
        'content_block_delta',
        'content_block_stop',
        'message_delta',
        'message_stop',
      ],
    );
    const text = all.map((event) => event['delta']?.text ?? '').join('');
    assert.equal(text, body['content'][0].text);
    const end = all.find((event) => event['type'] === 'message_delta');
    assert.equal(end?.['usage'].output_tokens, body['usage'].output_tokens);
    assert.ok(answer.text.startsWith('event: message_start\ndata: '));
  });

  it('calls the tool that it must call', async () => {
    const tools = [{ name: 'weather', input_schema: { type: 'object' } }];
    const { body } = await json('/v1/messages', {
      ...message,
      tools,
      tool_choice: { type: 'any' },
    });
    assert.equal(body['content'][0].name, 'weather');
    assert.equal(body['stop_reason'], 'tool_use');
  });

  it('counts tokens', async () => {
    const { body } = await json('/v1/messages/count_tokens', chat);
    assert.ok(body['input_tokens'] > 5);
  });

  it('refuses bad requests as Anthropic does', async () => {
    const { status, body } = await json('/v1/messages', chat);
    assert.equal(status, 400);
    assert.equal(body['type'], 'error');
    assert.equal(body['error'].type, 'invalid_request_error');
    assert.match(body['error'].message, /max_tokens/);
    const unknown = await json('/v1/messages', { ...message, model: 'claude-opus-5' });
    assert.equal(unknown.status, 404);
    assert.equal(unknown.body['error'].type, 'not_found_error');
  });
});

describe('the demo provider on embeddings', () => {
  const request = { model: 'demo-embedding', input: ['one', 'two'] };

  it('gives the same unit vector for the same text', async () => {
    const { body } = await json('/v1/embeddings', request);
    const [one, two] = body['data'].map((item: { embedding: number[] }) => item.embedding);
    assert.equal(one.length, 256);
    assert.ok(Math.abs(Math.hypot(...one) - 1) < 1e-6);
    assert.notDeepEqual(one, two);
    const again = await json('/v1/embeddings', { ...request, input: 'one' });
    assert.deepEqual(again.body['data'][0].embedding, one);
  });

  it('gives base64 of the same numbers where asked', async () => {
    const float = await json('/v1/embeddings', request);
    const { body } = await json('/v1/embeddings', { ...request, encoding_format: 'base64' });
    const bytes = Buffer.from(body['data'][0].embedding, 'base64');
    const numbers = Array.from({ length: 256 }, (_, index) => bytes.readFloatLE(index * 4));
    assert.deepEqual(numbers, float.body['data'][0].embedding);
  });

  it('refuses what is no text', async () => {
    for (const input of [undefined, '', [], [''], 5, {}]) {
      const { status } = await json('/v1/embeddings', { ...request, input });
      assert.equal(status, 400);
    }
  });
});

describe('the demo provider on models', () => {
  it('lists them in the shape of the dialect', async () => {
    const openai = await json('/v1/models');
    assert.deepEqual(
      openai.body['data'].map(({ id }: { id: string }) => id),
      ['demo', 'demo-fast', 'demo-embedding'],
    );
    const version = ['anthropic-version', '2023-06-01'];
    const anthropic = await json('/v1/models', undefined, version);
    assert.equal(anthropic.body['data'][0].type, 'model');
    assert.equal(anthropic.body['has_more'], false);
    assert.equal((await json('/v1/models/demo')).body['id'], 'demo');
    assert.equal((await json('/v1/models/nope')).status, 404);
    assert.equal((await json('/v1/models/%E0%A4%A')).status, 404);
    assert.equal((await json('/v1/files')).status, 404);
  });
});

describe('an answer of the demo provider', () => {
  const slow = { ...chat, model: 'demo', stream: true };
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  it('comes word by word, with nothing before its time', async () => {
    const { answer, clock } = ask('/v1/chat/completions', slow);
    assert.deepEqual(answer.calls, []);
    await settle();
    assert.deepEqual(answer.calls, []);
    clock.advance(30);
    assert.deepEqual(answer.calls, ['head', 'chunk']);
    clock.advance(60);
    assert.equal(answer.chunks.length, 3);
    clock.advance(60_000);
    assert.equal(answer.end, 'ended');
    assert.equal(clock.timers, 0);
  });

  it('waits while it is paused', async () => {
    const { answer, control, clock } = ask('/v1/chat/completions', slow);
    await settle();
    clock.advance(60);
    control.pause();
    clock.advance(60_000);
    assert.equal(answer.chunks.length, 2);
    assert.equal(clock.timers, 0);
    control.resume();
    control.resume();
    await settle();
    clock.advance(30);
    assert.equal(answer.chunks.length, 3);
  });

  it('at full speed heeds a pause between two chunks', async () => {
    const { answer, control } = ask('/v1/chat/completions', { ...slow, model: 'demo-fast' });
    const { onChunk } = answer;
    answer.onChunk = (chunk) => {
      onChunk(chunk);
      control.pause();
    };
    await settle();
    assert.equal(answer.chunks.length, 1);
    while (answer.end === 'open') {
      control.resume();
      await settle();
    }
    assert.ok(answer.text.endsWith('data: [DONE]\n\n'));
    assert.deepEqual(
      answer.calls.filter((call) => call !== 'chunk'),
      ['head', 'end'],
    );
  });

  it('ends with one error when it is cancelled, and stays silent', async () => {
    const { answer, control, clock } = ask('/v1/chat/completions', slow);
    await settle();
    clock.advance(30);
    control.abort();
    control.abort();
    clock.advance(60_000);
    assert.deepEqual(answer.calls, ['head', 'chunk', 'error']);
    assert.equal(clock.timers, 0);
  });

  it('can be cancelled before it begins', async () => {
    const { answer, control } = ask('/v1/chat/completions', slow);
    control.abort();
    await settle();
    assert.deepEqual(answer.calls, ['error']);
  });

  it('may end when the provider is closed', async () => {
    const { answer, clock, close } = ask('/v1/chat/completions', slow);
    await settle();
    const closed = close();
    clock.advance(60_000);
    await closed;
    assert.equal(answer.end, 'ended');
  });
});
