import assert from 'node:assert/strict';
import type { ChatRequest } from '../../contract/bridge/chat.ts';
import { encodeMessages } from './encode-messages.ts';

function aChat(changes: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: 'claude-sonnet-5',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
    toolMode: 'auto',
    options: {},
    ...changes,
  };
}

const limits = { maxOutputTokens: 32_000 };
const mark = { cache_control: { type: 'ephemeral' } };

describe('a model call as a message', () => {
  it('asks for a stream within the limit of the model, and marks nothing in a single question', () => {
    assert.deepEqual(encodeMessages(aChat(), limits), {
      max_tokens: 32_000,
      model: 'claude-sonnet-5',
      stream: true,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    });
  });

  it('puts instructions before the conversation, and marks what the next turn repeats', () => {
    const body = encodeMessages(
      aChat({
        messages: [
          { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
          { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
          { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
          { role: 'user', content: [{ type: 'text', text: 'More' }] },
        ],
        tools: [{ name: 'now', description: 'The time.' }],
      }),
      limits,
    );
    assert.deepEqual(body['system'], [{ type: 'text', text: 'Be brief.', ...mark }]);
    assert.deepEqual(body['tools'], [
      {
        name: 'now',
        description: 'The time.',
        input_schema: { type: 'object', properties: {} },
        ...mark,
      },
    ]);
    assert.deepEqual(body['messages'], [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
      { role: 'user', content: [{ type: 'text', text: 'More', ...mark }] },
    ]);
  });

  it('gathers what one side says into one turn, results of tools first', () => {
    const { messages } = encodeMessages(
      aChat({
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'thinking', text: 'signed', signature: 'sig' },
              { type: 'thinking', text: 'not signed', signature: null },
              { type: 'text', text: '' },
              { type: 'tool-call', id: 'call:1', name: 'look', arguments: { x: 1 } },
            ],
          },
          { role: 'user', content: [{ type: 'text', text: 'Go on' }] },
          {
            role: 'user',
            content: [
              {
                type: 'tool-result',
                id: 'call:1',
                content: [{ type: 'image', mimeType: 'image/png', data: 'AAAA' }],
                isError: true,
              },
            ],
          },
        ],
      }),
      limits,
    );
    assert.deepEqual(messages, [
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'signed', signature: 'sig' },
          { type: 'tool_use', id: 'call_1', name: 'look', input: { x: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'call_1',
            content: [
              {
                type: 'image',
                source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
              },
            ],
            is_error: true,
          },
          { type: 'text', text: 'Go on', ...mark },
        ],
      },
    ]);
  });

  it('demands a call where one is required', () => {
    const tools = [{ name: 'now', description: 'The time.' }];
    const body = encodeMessages(aChat({ tools, toolMode: 'required' }), limits);
    assert.deepEqual(body['tool_choice'], { type: 'any' });
  });

  it('passes options on, a limit of the answer too, but not over what it writes itself', () => {
    const body = encodeMessages(aChat({ options: { max_tokens: 5, stream: false } }), limits);
    assert.equal(body['max_tokens'], 5);
    assert.equal(body['stream'], true);
  });
});
