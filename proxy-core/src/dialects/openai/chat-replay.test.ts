import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dataEvents, readStream } from '../testing/read-stream.ts';
import { createChatAnswerReader } from './chat-answer-reader.ts';
import { chatReplay } from './chat-replay.ts';

const usage = {
  prompt_tokens: 9,
  completion_tokens: 3,
  total_tokens: 12,
  prompt_tokens_details: { cached_tokens: 0 },
};

const message = fc.record(
  {
    role: fc.constant('assistant'),
    content: fc.oneof(fc.constant(null), fc.string({ unit: 'grapheme' })),
    refusal: fc.constantFrom(null, 'I cannot.'),
    reasoning_content: fc.string(),
    tool_calls: fc.array(
      fc.record({
        id: fc.string(),
        type: fc.constant('function'),
        function: fc.record({ name: fc.string(), arguments: fc.json() }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['role', 'content'] },
);
const choice = fc.record(
  {
    message,
    logprobs: fc.constantFrom(null, {
      content: [{ token: 'a', logprob: -0.5, bytes: [97], top_logprobs: [] }],
      refusal: null,
    }),
    finish_reason: fc.constantFrom('stop', 'length', 'tool_calls'),
  },
  { requiredKeys: ['message', 'finish_reason'] },
);
const answers = fc
  .record(
    {
      id: fc.string(),
      created: fc.nat(),
      model: fc.string(),
      choices: fc.array(choice, { minLength: 1, maxLength: 2 }),
      usage: fc.constant(usage),
      service_tier: fc.constant('default'),
      system_fingerprint: fc.constant('fp_1'),
    },
    { requiredKeys: ['id', 'created', 'model', 'choices'] },
  )
  .map(({ choices, ...rest }) => ({
    ...rest,
    object: 'chat.completion',
    choices: choices.map((item, index) => ({ index, ...item })),
  }));

function parse(body: Buffer | null): unknown {
  assert.ok(body !== null);
  return JSON.parse(body.toString());
}

function bufferOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

const answer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o-mini',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello!', refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage,
  service_tier: 'default',
};

describe('a kept chat answer', () => {
  it('becomes a stream with the usage in a chunk of its own at the end', () => {
    const stream = chatReplay.toStream(bufferOf(answer))?.toString() ?? '';
    const chunks = stream
      .split('\n\n')
      .slice(0, -2)
      .map((line) => JSON.parse(line.slice('data: '.length)) as Record<string, unknown>);
    assert.ok(stream.endsWith('data: [DONE]\n\n'));
    assert.deepEqual(chunks.at(-1)?.['usage'], usage);
    assert.deepEqual(chunks.at(-1)?.['choices'], []);
    for (const chunk of chunks.slice(0, -1)) assert.equal(chunk['usage'], null);
    const reading = readStream(createChatAnswerReader(), stream);
    assert.equal(reading.isComplete, true);
    assert.equal(reading.usage?.outputTokens, 3);
  });

  it('has no usage in the stream where it had none', () => {
    const { usage: _, ...silent } = answer;
    assert.ok(!chatReplay.toStream(bufferOf(silent))?.includes('usage'));
  });

  it('survives the way to a stream and back', () => {
    fc.assert(
      fc.property(answers, (original) => {
        const stream = chatReplay.toStream(bufferOf(original));
        assert.ok(stream !== null);
        assert.deepEqual(parse(chatReplay.toJson(stream)), withoutUndefined(original));
      }),
    );
  });

  it('stays as it is where it has anything unknown', () => {
    const [first] = answer.choices;
    const withMessage = (changes: object): object => ({
      ...answer,
      choices: [{ ...first, message: { ...first?.message, ...changes } }],
    });
    for (const other of [
      { ...answer, citations: ['https://example.com'] },
      { ...answer, object: 'something' },
      { ...answer, choices: [{ ...first, content_filter_results: {} }] },
      { ...answer, usage: { prompt_tokens: 'many' } },
      withMessage({ annotations: [{ type: 'url_citation' }] }),
      withMessage({ audio: { id: 'audio_1' } }),
      withMessage({ function_call: { name: 'f', arguments: '{}' } }),
      withMessage({ tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'x', input: '' } }] }),
    ]) {
      assert.equal(chatReplay.toStream(bufferOf(other)), null, JSON.stringify(other));
    }
    assert.equal(chatReplay.toStream(Buffer.from('<html>')), null);
  });
});

describe('a kept chat stream', () => {
  const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm' };
  const chunk = (delta: object, finish: string | null = null): object => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

  it('becomes the whole answer', () => {
    const stream = dataEvents(
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hel' }),
      { ...chunk({ content: 'lo' }), obfuscation: 'abc' },
      chunk({}, 'stop'),
      { ...head, choices: [], usage },
      '[DONE]',
    );
    assert.deepEqual(parse(chatReplay.toJson(Buffer.from(stream))), {
      id: 'c1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' },
      ],
      usage,
    });
  });

  it('stays as it is where it is cut, or has anything unknown', () => {
    const good = [chunk({ role: 'assistant', content: 'x' }), chunk({}, 'stop')];
    const other = (item: unknown): string =>
      dataEvents(...good.slice(0, 1), item, good[1], '[DONE]');
    for (const stream of [
      dataEvents(...good),
      dataEvents(good[0], '[DONE]'),
      dataEvents(...good, '[DONE]', good[0]),
      other({ ...head, id: 'c2', choices: [] }),
      other({ ...head, choices: [], prompt_filter_results: [{}] }),
      other(chunk({ audio: { id: 'a' } })),
      other({ error: { message: 'no' } }),
      other('no json'),
      '',
    ]) {
      assert.equal(chatReplay.toJson(Buffer.from(stream)), null, stream);
    }
  });
});

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
