import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChatEvent } from '../../domain/chat-codec.ts';
import { cutText, decodeChunks, openaiStream } from '../testing/chat-events.ts';
import { chatCompletionCodec } from './chat-codec.ts';

function chunk(delta: object, finish: string | null = null): object {
  return { choices: [{ index: 0, delta, finish_reason: finish }] };
}

function read(chunks: readonly object[], isDone = true): ChatEvent[] {
  return decodeChunks(chatCompletionCodec, [openaiStream(chunks, isDone)]);
}

function callDelta(index: number | undefined, id: string | undefined, call: object): object {
  return chunk({ tool_calls: [{ index, id, type: 'function', function: call }] });
}

const end = (reason: string): object => ({ type: 'end', reason });

describe('a streamed chat completion', () => {
  it('is text, usage and its end', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    const events = read([
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
      chunk({}, 'stop'),
      { choices: [], usage },
    ]);
    assert.deepEqual(events.slice(0, 2), [
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
    ]);
    assert.equal(events[2]?.type, 'usage');
    assert.deepEqual(events.slice(3), [end('stop')]);
  });

  it('gives tool calls whole, in their order, behind the text', () => {
    const events = read([
      chunk({ content: 'Wait.' }),
      callDelta(0, 'a', { name: 'look', arguments: '' }),
      callDelta(1, 'b', { name: 'find', arguments: '{"q"' }),
      callDelta(0, undefined, { arguments: '{"x":1}' }),
      callDelta(1, undefined, { arguments: ':"y"}' }),
      chunk({}, 'tool_calls'),
    ]);
    assert.deepEqual(events, [
      { type: 'text', text: 'Wait.' },
      { type: 'tool-call', id: 'a', name: 'look', arguments: { x: 1 } },
      { type: 'tool-call', id: 'b', name: 'find', arguments: { q: 'y' } },
      end('tool-calls'),
    ]);
  });

  it('puts arguments together however they are cut', () => {
    const input = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(
        fc.array(input, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat()),
        (inputs, places) => {
          const pieces = inputs.map((one) => cutText(JSON.stringify(one), places));
          const first = inputs.map((_, index) => callDelta(index, `c${index}`, { name: 't' }));
          // One piece of each call in turn, as parallel calls may come.
          const rest = (pieces[0] ?? []).flatMap((_, at) =>
            pieces.map((own, index) => callDelta(index, undefined, { arguments: own[at] })),
          );
          const calls = read([...first, ...rest, chunk({}, 'tool_calls')]).filter(
            (event) => event.type === 'tool-call',
          );
          const expected = inputs.map((one) => JSON.parse(JSON.stringify(one)) as unknown);
          assert.deepEqual(
            calls.map((call) => JSON.parse(JSON.stringify(call.arguments)) as unknown),
            expected,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('understands servers that leave indices out or send every call whole under index 0', () => {
    for (const index of [undefined, 0]) {
      const events = read([
        callDelta(index, 'a', { name: 'one', arguments: '{}' }),
        callDelta(index, 'b', { name: 'two', arguments: { given: 'as an object' } }),
        chunk({}, 'stop'),
      ]);
      assert.deepEqual(events, [
        { type: 'tool-call', id: 'a', name: 'one', arguments: {} },
        { type: 'tool-call', id: 'b', name: 'two', arguments: { given: 'as an object' } },
        end('tool-calls'),
      ]);
    }
  });

  it('gives calls without an id one of their own', () => {
    const events = read([
      callDelta(0, undefined, { name: 'one', arguments: '' }),
      chunk({}, 'tool_calls'),
    ]);
    assert.deepEqual(events[0], { type: 'tool-call', id: 'call_0', name: 'one', arguments: {} });
  });

  it('leaves out a call that the length of the answer cut, and calls any other broken one a fault', () => {
    const broken = callDelta(0, 'a', { name: 'one', arguments: '{"x":' });
    assert.deepEqual(read([broken, chunk({}, 'length')]), [end('length')]);
    const [fault] = read([broken, chunk({}, 'tool_calls')]);
    assert.ok(fault?.type === 'fault' && fault.message.includes('"one"'));
  });

  it('tells thoughts from text, by whatever name a server gives them', () => {
    const thought = { type: 'thinking', text: 'hm', signature: null };
    assert.deepEqual(read([chunk({ reasoning_content: 'hm' }, 'stop')])[0], thought);
    assert.deepEqual(read([chunk({ reasoning: 'hm' }, 'stop')])[0], thought);
    const parts = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'So.' },
    ];
    assert.deepEqual(read([chunk({ content: parts }, 'stop')]).slice(0, 2), [
      thought,
      { type: 'text', text: 'So.' },
    ]);
  });

  it('shows a refusal as text and says that it was one', () => {
    const events = read([chunk({ refusal: 'No.' }), chunk({}, 'stop')]);
    assert.deepEqual(events, [{ type: 'text', text: 'No.' }, end('refused')]);
  });

  it('is a fault where it breaks off, or the provider reports one in it', () => {
    const [brokenOff] = read([chunk({ content: 'x' })], false).slice(1);
    assert.equal(brokenOff?.type, 'fault');
    const reported = read([{ error: { message: 'overloaded' } }], false);
    assert.deepEqual(reported, [{ type: 'fault', message: 'overloaded' }]);
  });

  it('is over at its finish reason where a server sends no [DONE]', () => {
    const events = read([chunk({ content: 'x' }), chunk({}, 'content_filter')], false);
    assert.deepEqual(events.at(-1), end('filtered'));
  });

  it('passes over what it cannot read', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const bytes = Buffer.from(values.map((v) => `data: ${JSON.stringify(v)}\n\n`).join(''));
        const events = decodeChunks(chatCompletionCodec, [bytes]);
        assert.ok(['end', 'fault'].includes(events.at(-1)?.type ?? ''));
      }),
    );
  });
});
