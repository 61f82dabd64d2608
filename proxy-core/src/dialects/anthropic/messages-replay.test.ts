import assert from 'node:assert/strict';
import fc from 'fast-check';
import { namedEvents, readStream } from '../testing/read-stream.ts';
import { createMessagesAnswerReader } from './messages-answer-reader.ts';
import { messagesReplay } from './messages-replay.ts';

const usage = {
  input_tokens: 12,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 2000,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 15,
  output_tokens_details: { thinking_tokens: 4 },
  server_tool_use: null,
  service_tier: 'standard',
};

const block = fc.oneof(
  fc.record({ type: fc.constant('text'), text: fc.string({ unit: 'grapheme' }) }),
  fc.record({
    type: fc.constant('text'),
    text: fc.string(),
    citations: fc.constantFrom(null, [], [{ type: 'char_location', cited_text: 'x' }]),
  }),
  fc.record({ type: fc.constant('thinking'), thinking: fc.string(), signature: fc.base64String() }),
  fc.record({ type: fc.constant('redacted_thinking'), data: fc.base64String() }),
  fc.record({
    type: fc.constant('tool_use'),
    id: fc.string(),
    name: fc.string(),
    // A JSON object is unordered, but a lone `__proto__` is an assertion's trouble, not ours.
    input: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue()),
    caller: fc.constant({ type: 'direct' }),
  }),
);
const messages = fc
  .record(
    {
      id: fc.string(),
      model: fc.string(),
      content: fc.array(block, { maxLength: 4 }),
      stop_reason: fc.constantFrom('end_turn', 'tool_use', 'refusal'),
      stop_sequence: fc.constantFrom(null, '###'),
      stop_details: fc.constantFrom(null, { type: 'refusal' }),
      container: fc.constant(null),
    },
    { requiredKeys: ['id', 'model', 'content', 'stop_reason', 'stop_sequence'] },
  )
  .map((fields) => ({ type: 'message', role: 'assistant', ...fields, usage }));

function parse(body: Buffer | null): unknown {
  assert.ok(body !== null);
  return JSON.parse(body.toString());
}

function bufferOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5-5',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage,
};

describe('a kept message', () => {
  it('becomes a stream that reads the same', () => {
    const stream = messagesReplay.toStream(bufferOf(message));
    assert.ok(stream !== null);
    const reading = readStream(createMessagesAnswerReader(), stream);
    const whole = createMessagesAnswerReader();
    whole.readJson(bufferOf(message));
    assert.deepEqual({ ...reading, outputBytes: 0 }, { ...whole.reading(), outputBytes: 0 });
    assert.match(stream.toString(), /^event: message_start\ndata: \{"type":"message_start"/);
  });

  it('survives the way to a stream and back', () => {
    fc.assert(
      fc.property(messages, (original) => {
        const stream = messagesReplay.toStream(bufferOf(original));
        assert.ok(stream !== null);
        assert.deepEqual(
          parse(messagesReplay.toJson(stream)),
          JSON.parse(JSON.stringify(original)),
        );
      }),
    );
  });

  it('keeps every digit of the numbers in a tool’s input', () => {
    const input = '{"channel":1234567890123456789,"ratio":1.0,"tiny":1e-7}';
    const tool = { type: 'tool_use', id: 'toolu_1', name: 'post', input: {} };
    const body = JSON.stringify({ ...message, content: [tool] }).replace(
      '"input":{}',
      `"input":${input}`,
    );
    const stream = messagesReplay.toStream(Buffer.from(body));
    assert.ok(stream !== null);
    assert.ok(stream.includes(JSON.stringify(input).slice(1, -1)));
    assert.ok(messagesReplay.toJson(stream)?.includes(`"input":${input}`));
  });

  it('stays as it is where it has anything unknown', () => {
    for (const other of [
      { ...message, container: { id: 'container_1' } },
      { ...message, stop_reason: null },
      { ...message, usage: null },
      {
        ...message,
        content: [{ type: 'server_tool_use', id: 'x', name: 'web_search', input: {} }],
      },
      { ...message, content: [{ type: 'text', text: 'x', sparkle: true }] },
      { ...message, content: [{ type: 'thinking', thinking: 'x' }] },
      { type: 'error', error: { type: 'api_error', message: 'x' } },
    ]) {
      assert.equal(messagesReplay.toStream(bufferOf(other)), null, JSON.stringify(other));
    }
  });
});

describe('a kept message stream', () => {
  const { content: _, ...head } = message;
  const start = {
    type: 'message_start',
    message: { ...head, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
  };
  const opened = {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'text', text: '' },
  };
  const delta = (members: object): { type: string } => ({
    type: 'content_block_delta',
    ...{ index: 0, delta: members },
  });
  const closed = { type: 'content_block_stop', index: 0 };
  const end = {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 15 },
  };
  const stop = { type: 'message_stop' };
  const text = (value: string): { type: string } => delta({ type: 'text_delta', text: value });

  it('becomes the whole message', () => {
    const stream = namedEvents(
      start,
      opened,
      { type: 'ping' },
      text('Hel'),
      text('lo'),
      closed,
      end,
      stop,
    );
    assert.deepEqual(parse(messagesReplay.toJson(Buffer.from(stream))), message);
  });

  it('stays as it is where it is cut, or has anything unknown', () => {
    for (const events of [
      [start, opened, text('x'), closed, end],
      [start, opened, text('x'), end, stop],
      [start, opened, delta({ type: 'sparkle_delta', text: 'x' }), closed, end, stop],
      [start, opened, delta({ type: 'input_json_delta', partial_json: '{}' }), closed, end, stop],
      [start, { ...opened, index: 1 }, closed, end, stop],
      [start, start, end, stop],
      [start, { type: 'error', error: {} }, end, stop],
      [start, opened, text('x'), closed, { ...end, context_management: {} }, stop],
      [start, { type: 'something_new' }, end, stop],
      [stop],
    ]) {
      const stream = namedEvents(...events);
      assert.equal(messagesReplay.toJson(Buffer.from(stream)), null, stream);
    }
  });
});
