import assert from 'node:assert/strict';
import type { LanguageModelChatRequestMessage } from 'vscode';
import { tokensOfMessage, tokensOfText } from './estimate-tokens.ts';
import { editorClasses } from './testing/editor-classes.ts';
import { toChatMessages } from './to-chat-messages.ts';

const { text: Text, toolCall: ToolCall, toolResult: ToolResult, data: Data } = editorClasses;
const { thinking: Thinking } = editorClasses;

function message(role: number, ...content: unknown[]): LanguageModelChatRequestMessage {
  return { role, content, name: undefined };
}

function convert(...messages: LanguageModelChatRequestMessage[]): unknown {
  return toChatMessages(messages, editorClasses);
}

describe('the editor’s messages', () => {
  it('keep their roles, system among them, which the types do not know', () => {
    assert.deepEqual(
      convert(
        message(3, new Text('Be brief.')),
        message(1, new Text('Hi')),
        message(2, new Text('Ho')),
      ),
      [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Ho' }] },
      ],
    );
  });

  it('carry calls of tools and their results, text, images and rendered trees in them', () => {
    const result = new ToolResult('c1', [
      new Text('seen'),
      new Data(Buffer.from([1, 2, 3]), 'image/png'),
      { value: { node: 1 } },
    ]);
    assert.deepEqual(
      convert(message(2, new ToolCall('c1', 'look', { x: 1 })), message(1, result)),
      [
        {
          role: 'assistant',
          content: [{ type: 'tool-call', id: 'c1', name: 'look', arguments: { x: 1 } }],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool-result',
              id: 'c1',
              content: [
                { type: 'text', text: 'seen' },
                { type: 'image', mimeType: 'image/png', data: 'AQID' },
                { type: 'text', text: '{"node":1}' },
              ],
              isError: false,
            },
          ],
        },
      ],
    );
  });

  it('give thoughts back with their signature, whole', () => {
    const signed = new Thinking('', undefined, { signature: 'sig', _completeThinking: 'hm, hm' });
    assert.deepEqual(convert(message(2, new Thinking('hm'), signed)), [
      {
        role: 'assistant',
        content: [
          { type: 'thinking', text: 'hm', signature: null },
          { type: 'thinking', text: 'hm, hm', signature: 'sig' },
        ],
      },
    ]);
  });

  it('leave out what is private to other models, and messages that are empty then', () => {
    const marker = new Data(Buffer.from('x'), 'stateful_marker');
    assert.deepEqual(convert(message(1, marker), message(1, new Text('')), message(2, marker)), []);
  });
});

describe('the estimate of tokens', () => {
  it('counts bytes, images and what calls hold', () => {
    assert.equal(tokensOfText('four'), 1);
    assert.equal(tokensOfText('žluť'), 2);
    const image = { type: 'image', mimeType: 'image/png', data: 'AQID' } as const;
    assert.ok(tokensOfMessage({ role: 'user', content: [image] }) > 1_000);
    const call = { type: 'tool-call', id: 'a', name: 'look', arguments: { x: 1 } } as const;
    assert.equal(tokensOfMessage({ role: 'assistant', content: [call] }), 4 + 3);
  });
});
