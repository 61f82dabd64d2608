import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChatEvent } from '../../domain/chat-codec.ts';
import { anthropicStream, cutText, decodeChunks, type NamedEvent } from '../testing/chat-events.ts';
import { messagesCodec } from './messages-codec.ts';

function read(events: readonly NamedEvent[]): ChatEvent[] {
  return decodeChunks(messagesCodec, [anthropicStream(events)]);
}

function block(index: number, start: object, deltas: readonly object[] = []): NamedEvent[] {
  return [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function ending(reason: string): NamedEvent[] {
  return [{ type: 'message_delta', delta: { stop_reason: reason } }, { type: 'message_stop' }];
}

function json(text: string): object {
  return { type: 'input_json_delta', partial_json: text };
}

const tool = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };

describe('a streamed message', () => {
  it('is thoughts with their signature, text, usage and its end', () => {
    const usage = { input_tokens: 4, output_tokens: 1 };
    const events = read([
      { type: 'message_start', message: { usage } },
      ...block(0, { type: 'thinking', thinking: '' }, [
        { type: 'thinking_delta', thinking: 'hm' },
        { type: 'signature_delta', signature: 'sig' },
      ]),
      ...block(1, { type: 'text', text: '' }, [{ type: 'text_delta', text: 'Hi' }]),
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ]);
    assert.deepEqual(events.slice(0, 3), [
      { type: 'thinking', text: 'hm', signature: null },
      { type: 'thinking', text: '', signature: 'sig' },
      { type: 'text', text: 'Hi' },
    ]);
    const [reported, end] = events.slice(3);
    assert.ok(reported?.type === 'usage');
    assert.equal(reported.usage.inputTokens, 4);
    assert.equal(reported.usage.outputTokens, 9);
    assert.deepEqual(end, { type: 'end', reason: 'stop' });
  });

  it('puts the input of a tool together however it is cut', () => {
    const input = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(input, fc.array(fc.nat()), (given, places) => {
        const pieces = cutText(JSON.stringify(given), places).map(json);
        const [call] = read([...block(0, tool, pieces), ...ending('tool_use')]);
        assert.ok(call?.type === 'tool-call');
        assert.equal(JSON.stringify(call.arguments), JSON.stringify(given));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps calls apart whose blocks overlap', () => {
    const start = (index: number, id: string): NamedEvent => ({
      type: 'content_block_start',
      index,
      content_block: { ...tool, id },
    });
    const delta = (index: number, text: string): NamedEvent => ({
      type: 'content_block_delta',
      index,
      delta: json(text),
    });
    const stop = (index: number): NamedEvent => ({ type: 'content_block_stop', index });
    const events = read([
      ...[start(0, 'a'), start(1, 'b'), delta(0, '{"x"'), delta(1, '{"y":2}'), delta(0, ':1}')],
      ...[stop(0), stop(1), ...ending('tool_use')],
    ]);
    assert.deepEqual(events, [
      { type: 'tool-call', id: 'a', name: 'look', arguments: { x: 1 } },
      { type: 'tool-call', id: 'b', name: 'look', arguments: { y: 2 } },
      { type: 'end', reason: 'tool-calls' },
    ]);
  });

  it('takes an input that comes whole with the start of its block', () => {
    const [call] = read([...block(0, { ...tool, input: { z: 3 } }), ...ending('tool_use')]);
    assert.deepEqual(call, { type: 'tool-call', id: 'toolu_1', name: 'look', arguments: { z: 3 } });
  });

  it('leaves out a call that the length of the answer cut, and calls any other broken one a fault', () => {
    const broken = block(0, tool, [json('{"x":')]);
    assert.deepEqual(read([...broken, ...ending('max_tokens')]), [
      { type: 'end', reason: 'length' },
    ]);
    const [fault] = read([...broken, ...ending('tool_use')]);
    assert.ok(fault?.type === 'fault' && fault.message.includes('"look"'));
  });

  it('says nothing of tools that run at the provider, of pings and of what is new', () => {
    const events = read([
      { type: 'ping' },
      ...block(0, { type: 'server_tool_use', id: 's', name: 'web_search' }, [json('{"q":1}')]),
      ...block(1, { type: 'new_block' }, [{ type: 'new_delta', text: 'x' }]),
      { type: 'new_event' },
      ...ending('refusal'),
    ]);
    assert.deepEqual(events, [{ type: 'end', reason: 'refused' }]);
  });

  it('is a fault where it breaks off, or the provider reports one in it', () => {
    const [brokenOff] = read([{ type: 'message_start', message: {} }]);
    assert.equal(brokenOff?.type, 'fault');
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    assert.deepEqual(read([{ type: 'error', error }]), [{ type: 'fault', message: 'Overloaded' }]);
  });
});
