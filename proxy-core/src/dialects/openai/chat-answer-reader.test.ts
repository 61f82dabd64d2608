import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dataEvents, readStream } from '../testing/read-stream.ts';
import { createChatAnswerReader } from './chat-answer-reader.ts';

const head = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
};
const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };

function chunk(delta: object, finishReason: string | null = null): object {
  const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
  return { ...head, choices: [choice], usage: null };
}

const stream = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hello' }),
  chunk({ content: ' wörld' }),
  chunk({ content: '"!"\n' }),
  chunk({}, 'stop'),
  { ...head, choices: [], usage },
  '[DONE]',
];

describe('a reader of chat streams', () => {
  it('finds usage, model, tier and reason', () => {
    const reading = readStream(createChatAnswerReader(), dataEvents(...stream));
    assert.equal(reading.usage?.inputTokens, 9);
    assert.equal(reading.usage.outputTokens, 3);
    assert.equal(reading.model, 'gpt-4o-mini-2024-07-18');
    assert.equal(reading.serviceTier, 'default');
    assert.equal(reading.finishReason, 'stop');
    assert.equal(reading.isComplete, true);
    assert.equal(reading.hasError, false);
  });

  it('counts the bytes of generated text', () => {
    const reading = readStream(createChatAnswerReader(), dataEvents(...stream));
    const escaped = JSON.stringify('"!"\n').length - 2;
    assert.equal(reading.outputBytes, Buffer.byteLength('Hello wörld') + escaped);
  });

  it('counts padded chunks alike', () => {
    const padded = ['Hi', ' there', ' you'].map((content, index) => ({
      ...chunk({ content }),
      obfuscation: 'x'.repeat(index * 3),
    }));
    const reading = readStream(createChatAnswerReader(), dataEvents(...padded));
    assert.equal(reading.outputBytes, 'Hi there you'.length);
  });

  it('counts the arguments of calls', () => {
    const call = (part: object): object => chunk({ tool_calls: [{ index: 0, ...part }] });
    const reading = readStream(
      createChatAnswerReader(),
      dataEvents(
        call({ id: 'call_1', type: 'function', function: { name: 'get', arguments: '' } }),
        call({ function: { arguments: '{"a":' } }),
        call({ function: { arguments: '1}' } }),
        chunk({}, 'tool_calls'),
        '[DONE]',
      ),
    );
    assert.equal(reading.outputBytes, JSON.stringify('{"a":1}').length - 2);
    assert.equal(reading.finishReason, 'tool_calls');
  });

  it('takes a stream without [DONE] as complete once every choice has ended', () => {
    const cut = dataEvents(...stream.slice(0, 5));
    assert.equal(readStream(createChatAnswerReader(), cut).isComplete, true);
    const second = {
      ...head,
      choices: [{ index: 1, delta: { content: 'x' }, finish_reason: null }],
    };
    assert.equal(readStream(createChatAnswerReader(), cut, dataEvents(second)).isComplete, false);
  });

  it('takes a cut stream as incomplete', () => {
    const reading = readStream(createChatAnswerReader(), dataEvents(...stream.slice(0, 3)));
    assert.equal(reading.isComplete, false);
    assert.equal(reading.usage, null);
    assert.ok(reading.outputBytes > 0);
  });

  it('sees an error inside the stream', () => {
    const error = { error: { message: 'overloaded', type: 'server_error' } };
    const reading = readStream(createChatAnswerReader(), dataEvents(...stream.slice(0, 2), error));
    assert.equal(reading.hasError, true);
    assert.equal(reading.isComplete, false);
    const named = readStream(createChatAnswerReader(), 'event: error\ndata: oops\n\n');
    assert.equal(named.hasError, true);
  });

  it('reads usage from the last chunk with content, from x_groq and from a choice', () => {
    const last = { ...chunk({}, 'stop'), usage };
    const groq = { ...chunk({}, 'stop'), x_groq: { id: 'req', usage } };
    const moonshot = { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] };
    for (const end of [last, groq, moonshot]) {
      const reading = readStream(
        createChatAnswerReader(),
        dataEvents(chunk({ content: 'x' }), end),
      );
      assert.equal(reading.usage?.outputTokens, 3);
    }
  });

  it('keeps the last of cumulative usages', () => {
    const growing = [1, 2, 3].map((count) => ({
      ...chunk({ content: 'x' }),
      usage: { prompt_tokens: 5, completion_tokens: count },
    }));
    const reading = readStream(createChatAnswerReader(), dataEvents(...growing));
    assert.equal(reading.usage?.outputTokens, 3);
  });

  it('lets no generated text pass for usage, an error or an end', () => {
    const text =
      '"usage":{"prompt_tokens":1,"completion_tokens":1},"error":{},"finish_reason":"stop" [DONE]';
    const reading = readStream(
      createChatAnswerReader(),
      dataEvents(chunk({ content: 'a' }), chunk({ content: text }), chunk({ content: text })),
    );
    assert.equal(reading.usage, null);
    assert.equal(reading.hasError, false);
    assert.equal(reading.isComplete, false);
  });

  it('gives the same reading for any cut of the stream', () => {
    const bytes = Buffer.from(dataEvents(...stream));
    const whole = readStream(createChatAnswerReader(), bytes);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = borders.slice(1).map((end, index) => bytes.subarray(borders[index], end));
        assert.deepEqual(readStream(createChatAnswerReader(), ...chunks), whole);
      }),
      { numRuns: 60 },
    );
  });

  it('survives any data', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string())), (items) => {
        readStream(createChatAnswerReader(), dataEvents(...items));
      }),
    );
  });
});

describe('a reader of whole chat answers', () => {
  const answer = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5-2025-08-07',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Hi "you"' }, finish_reason: 'stop' },
    ],
    usage,
    service_tier: 'flex',
  };
  const read = (body: unknown) => {
    const reader = createChatAnswerReader();
    reader.readJson(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
    return reader.reading();
  };

  it('finds usage, model, tier and reason', () => {
    const reading = read(answer);
    assert.equal(reading.usage?.outputTokens, 3);
    assert.equal(reading.model, 'gpt-5-2025-08-07');
    assert.equal(reading.serviceTier, 'flex');
    assert.equal(reading.finishReason, 'stop');
    assert.equal(reading.isComplete, true);
  });

  it('counts text where the provider reports no usage', () => {
    const { usage: _, ...silent } = answer;
    assert.equal(read(silent).outputBytes, 'Hi "you"'.length);
    assert.equal(read(silent).usage, null);
  });

  it('names the reason that is not plain stop', () => {
    const choice = answer.choices[0];
    const choices = [choice, { ...choice, index: 1, finish_reason: 'length' }, choice];
    assert.equal(read({ ...answer, choices }).finishReason, 'length');
  });

  it('takes an error inside a 200 and a broken body as incomplete', () => {
    const failed = read({ error: { message: 'no', code: 500 } });
    assert.equal(failed.hasError, true);
    assert.equal(failed.isComplete, false);
    for (const body of ['<html>', '', '[]', '{"choices":[', 'null']) {
      assert.equal(read(body).isComplete, false, body);
    }
  });
});
