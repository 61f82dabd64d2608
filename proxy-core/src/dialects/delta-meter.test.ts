import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createDeltaMeter } from './delta-meter.ts';

const openai = (content: string, padding?: string): Buffer => {
  const choice = { index: 0, delta: { content }, logprobs: null, finish_reason: null };
  const chunk = { id: 'c', choices: [choice], usage: null };
  const padded = padding === undefined ? chunk : { ...chunk, obfuscation: padding };
  return Buffer.from(`data: ${JSON.stringify(padded)}\n\n`);
};
const anthropic = (text: string, blanks = ''): Buffer => {
  const delta = JSON.stringify({ type: 'content_block_delta', index: 0, delta: { text } });
  return Buffer.from(`event: content_block_delta\ndata: ${delta.slice(0, -1)}${blanks}}\r\n\r\n`);
};
const sentBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

describe('the meter of deltas', () => {
  it('counts the bytes of any text in an event like the one learnt', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (first, second) => {
        for (const event of [openai, anthropic]) {
          const meter = createDeltaMeter(['content', 'text']);
          assert.equal(meter.learn(event(first)), sentBytes(first));
          assert.equal(meter.repeatedDelta(event(second)), sentBytes(second));
        }
      }),
    );
  });

  it('looks past the padding of both providers', () => {
    const meter = createDeltaMeter(['content', 'text']);
    meter.learn(openai('a', 'xyz'));
    assert.equal(meter.repeatedDelta(openai('hello', 'Q7')), 5);
    assert.equal(meter.repeatedDelta(openai('hello', '')), 5);
    meter.learn(anthropic('a', '   '));
    assert.equal(meter.repeatedDelta(anthropic('hello', '')), 5);
    assert.equal(meter.repeatedDelta(anthropic('hello', '        ')), 5);
  });

  it('leaves every other event to the parser', () => {
    const meter = createDeltaMeter(['content', 'text']);
    assert.equal(meter.repeatedDelta(openai('x')), null);
    meter.learn(openai('x'));
    const other = (from: string, to: string): Buffer =>
      Buffer.from(openai('x').toString().replace(from, to));
    for (const event of [
      other('"finish_reason":null', '"finish_reason":"stop"'),
      other('"usage":null', '"usage":{"prompt_tokens":1}'),
      other('"content":"x"', '"content":"x","refusal":"y"'),
      other('"content":"x"', '"content":null'),
      other('"index":0', '"index":1'),
      openai('x').subarray(0, -1),
      openai('x').subarray(0, 60),
      Buffer.from('data: [DONE]\n\n'),
      Buffer.alloc(0),
    ]) {
      assert.equal(meter.repeatedDelta(event), null, event.toString());
    }
  });

  it('learns nothing from an event without text', () => {
    const meter = createDeltaMeter(['content']);
    assert.equal(meter.learn(Buffer.from('data: {"choices":[]}\n\n')), null);
    assert.equal(meter.learn(Buffer.from('data: {"content":"never closed\n\n')), null);
  });
});
