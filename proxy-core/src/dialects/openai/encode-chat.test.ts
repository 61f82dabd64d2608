import assert from 'node:assert/strict';
import type { ChatRequest } from '../../contract/bridge/chat.ts';
import { encodeChat } from './encode-chat.ts';

function aChat(changes: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: 'gpt-5',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
    toolMode: 'auto',
    options: {},
    ...changes,
  };
}

const image = { type: 'image', mimeType: 'image/png', data: 'AAAA' } as const;

describe('a model call as a chat completion', () => {
  it('asks for a stream and says no more than was asked', () => {
    assert.deepEqual(encodeChat(aChat()), {
      model: 'gpt-5',
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    });
  });

  it('keeps instructions in their place, and sends images as data URLs', () => {
    const { messages } = encodeChat(
      aChat({
        messages: [
          { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
          { role: 'user', content: [{ type: 'text', text: 'What is it?' }, image] },
        ],
      }),
    );
    assert.deepEqual(messages, [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
    ]);
  });

  it('sends calls and their results, each result in a message of its own, before what is said', () => {
    const { messages } = encodeChat(
      aChat({
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'thinking', text: 'hm', signature: null },
              { type: 'tool-call', id: 'a', name: 'look', arguments: { x: 1 } },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'And now?' },
              {
                type: 'tool-result',
                id: 'a',
                content: [{ type: 'text', text: 'seen' }, image],
                isError: false,
              },
              {
                type: 'tool-result',
                id: 'b',
                content: [{ type: 'text', text: 'lost' }],
                isError: true,
              },
            ],
          },
        ],
      }),
    );
    assert.deepEqual(messages, [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'look', arguments: '{"x":1}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'seen' },
      { role: 'tool', tool_call_id: 'b', content: 'Error: lost' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'And now?' },
        ],
      },
    ]);
  });

  it('offers tools, and demands a call where one is required', () => {
    const tools = [{ name: 'now', description: 'The time.' }];
    const offered = encodeChat(aChat({ tools }));
    assert.deepEqual(offered['tools'], [
      {
        type: 'function',
        function: {
          name: 'now',
          description: 'The time.',
          parameters: { type: 'object', properties: {} },
        },
      },
    ]);
    assert.equal(offered['tool_choice'], undefined);
    assert.equal(encodeChat(aChat({ tools, toolMode: 'required' }))['tool_choice'], 'required');
  });

  it('passes options on, but not over what it writes itself', () => {
    const body = encodeChat(aChat({ options: { temperature: 0, stream: false, model: 'other' } }));
    assert.equal(body['temperature'], 0);
    assert.equal(body['stream'], true);
    assert.equal(body['model'], 'gpt-5');
  });
});
