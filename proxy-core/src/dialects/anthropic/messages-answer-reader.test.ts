import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AnswerReading } from '../../domain/dialect.ts';
import { namedEvents, readStream } from '../testing/read-stream.ts';
import { createCountTokensReader } from './count-tokens.ts';
import { createMessagesAnswerReader } from './messages-answer-reader.ts';

const start = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-5-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 12,
      cache_creation_input_tokens: 100,
      cache_read_input_tokens: 2000,
      cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 },
      output_tokens: 1,
      service_tier: 'standard',
    },
  },
};
const delta = (members: object): { type: string } => ({
  type: 'content_block_delta',
  ...{ index: 0, delta: members },
});
const text = (value: string): { type: string } => delta({ type: 'text_delta', text: value });
const end = {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 15, input_tokens: null },
};
const events = [
  start,
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
  text('Hello'),
  text(' wörld'),
  { type: 'content_block_stop', index: 0 },
  { ...end, usage: { output_tokens: 7 } },
  end,
  { type: 'message_stop' },
];

describe('a reader of message streams', () => {
  it('finds cumulative usage, model, tier and reason', () => {
    const reading = readStream(createMessagesAnswerReader(), namedEvents(...events));
    assert.deepEqual(reading.usage, {
      inputTokens: 12,
      cacheReadTokens: 2000,
      cacheWrite5mTokens: 60,
      cacheWrite1hTokens: 40,
      outputTokens: 15,
      reasoningTokens: 0,
      webSearches: 0,
    });
    assert.equal(reading.model, 'claude-opus-5-5');
    assert.equal(reading.serviceTier, 'standard');
    assert.equal(reading.finishReason, 'end_turn');
    assert.equal(reading.isComplete, true);
  });

  it('counts the bytes of text, thinking and tool input, not of signatures', () => {
    const reading = readStream(
      createMessagesAnswerReader(),
      namedEvents(
        start,
        text('Hello wörld'),
        text(''),
        delta({ type: 'thinking_delta', thinking: 'hm "so"' }),
        delta({ type: 'signature_delta', signature: 'c2lnbmF0dXJl' }),
        delta({ type: 'input_json_delta', partial_json: '{"a":"b"}' }),
      ),
    );
    const escaped = (value: string): number => Buffer.byteLength(JSON.stringify(value)) - 2;
    const parts = ['Hello wörld', 'hm "so"', '{"a":"b"}'].map(escaped);
    assert.equal(
      reading.outputBytes,
      parts.reduce((sum, bytes) => sum + bytes, 0),
    );
  });

  it('tells a cut stream from a whole one', () => {
    const reading = readStream(createMessagesAnswerReader(), namedEvents(...events.slice(0, 5)));
    assert.equal(reading.isComplete, false);
    assert.equal(reading.usage?.cacheReadTokens, 2000);
    assert.equal(reading.usage.outputTokens, 1);
    assert.equal(reading.outputBytes, Buffer.byteLength('Hello wörld'));
  });

  it('sees an error after a 200', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const reading = readStream(
      createMessagesAnswerReader(),
      namedEvents(...events.slice(0, 4), error),
    );
    assert.equal(reading.hasError, true);
    assert.equal(reading.isComplete, false);
  });

  it('tolerates unknown events and those without a name', () => {
    const bare = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const odd = namedEvents({ type: 'something_new' });
    const reading = readStream(createMessagesAnswerReader(), odd, bare, odd);
    assert.equal(reading.isComplete, true);
    assert.equal(reading.usage?.outputTokens, 15);
    assert.equal(reading.outputBytes, Buffer.byteLength('Hello wörld'));
  });

  it('gives the same reading for any cut of the stream', () => {
    const bytes = Buffer.from(namedEvents(...events).replaceAll('\n', '\r\n'));
    const whole = readStream(createMessagesAnswerReader(), bytes);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = borders.slice(1).map((to, index) => bytes.subarray(borders[index], to));
        assert.deepEqual(readStream(createMessagesAnswerReader(), ...chunks), whole);
      }),
      { numRuns: 60 },
    );
  });

  it('survives any data', () => {
    const names = fc.constantFrom('message_start', 'message_delta', 'content_block_delta', '', 'x');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.oneof(fc.json(), fc.string()))), (items) => {
        const stream = items.map(([name, data]) => `event: ${name}\ndata: ${data}\n\n`).join('');
        readStream(createMessagesAnswerReader(), stream);
      }),
    );
  });
});

describe('a reader of whole messages', () => {
  const message = {
    ...start.message,
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'max_tokens',
  };
  const read = (body: unknown): AnswerReading => {
    const reader = createMessagesAnswerReader();
    reader.readJson(Buffer.from(JSON.stringify(body)));
    return reader.reading();
  };

  it('finds usage, model, tier and reason', () => {
    const reading = read(message);
    assert.equal(reading.usage?.cacheReadTokens, 2000);
    assert.equal(reading.finishReason, 'max_tokens');
    assert.equal(reading.isComplete, true);
  });

  it('takes an error as no answer', () => {
    const reading = read({ type: 'error', error: { type: 'api_error', message: 'x' } });
    assert.equal(reading.hasError, true);
    assert.equal(reading.isComplete, false);
    assert.equal(reading.usage, null);
  });

  it('counts text where there is no usage', () => {
    assert.equal(read({ ...message, usage: {} }).outputBytes, 5);
  });
});

describe('a reader of token counts', () => {
  it('sees that nothing was used', () => {
    const reader = createCountTokensReader();
    reader.readJson(Buffer.from('{"input_tokens": 2095}'));
    assert.equal(reader.reading().isComplete, true);
    assert.equal(reader.reading().usage?.inputTokens, 0);
  });
});
