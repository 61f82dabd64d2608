import assert from 'node:assert/strict';
import { redactFields } from './redact-fields.ts';
import { SecretString } from './secret-string.ts';

describe('redactFields', () => {
  it('keeps numbers, flags and plain text', () => {
    const fields = { status: 200, isStream: true, model: 'gpt-5', tokens: 5, token: 7, none: null };
    assert.deepEqual(redactFields(fields), fields);
  });

  it('hides what a name says is a credential', () => {
    const fields = {
      authorization: 'x',
      nested: { apiKey: { env: 'X' }, 'x-api-key': 'y', clientToken: 'z', key: 'k' },
      secret: new SecretString('s'),
      list: [{ password: 'p' }],
    };
    assert.deepEqual(redactFields(fields), {
      authorization: '[secret]',
      nested: {
        apiKey: '[secret]',
        'x-api-key': '[secret]',
        clientToken: '[secret]',
        key: '[secret]',
      },
      secret: '[secret]',
      list: [{ password: '[secret]' }],
    });
  });

  it('hides prompts and answers, in objects and in bytes', () => {
    const fields = {
      body: Buffer.from('prompt'),
      prompt: 'hello',
      messages: [{ role: 'user', content: 'hello' }],
      rest: { delta: { content: 'x' }, bytes: new Uint8Array(3) },
    };
    assert.deepEqual(redactFields(fields), {
      body: '[content, 6 bytes]',
      prompt: '[content, 5 chars]',
      messages: '[content]',
      rest: { delta: '[content]', bytes: '[3 bytes]' },
    });
  });

  it('formats headers, URLs, errors, dates and big integers', () => {
    const described = redactFields({
      requestHeaders: { authorization: 'Bearer x', accept: 'a' },
      baseUrl: 'https://u:p@h/v1?key=1',
      link: new URL('http://h/?pw=x'),
      error: new Error('sk-ant-api03-abcdef'),
      at: new Date(0),
      costNanoUsd: 12n,
    });
    const { error, ...rest } = described;
    assert.deepEqual(rest, {
      requestHeaders: { authorization: '[8 chars]', accept: 'a' },
      baseUrl: 'https://[credentials]@h/v1?key=[1 chars]',
      link: 'http://h/?pw=[1 chars]',
      at: '1970-01-01T00:00:00.000Z',
      costNanoUsd: '12',
    });
    assert.equal(JSON.stringify(error).includes('[sk-ant key, 19 chars]'), true);
  });

  it('bounds depth, lists and text, and survives a getter that throws', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const result = redactFields({
      cyclic,
      list: Array.from({ length: 100 }, () => 1),
      long: 'x'.repeat(9_000),
      get broken(): string {
        throw new Error('no');
      },
    });
    assert.ok(JSON.stringify(result).length < 3_000);
    assert.equal(result['broken'], '[unreadable]');
    assert.equal((result['list'] as unknown[]).at(-1), '[80 more]');
  });

  it('copies a field called __proto__ as a field', () => {
    const fields = JSON.parse('{"__proto__":{"a":1}}') as object;
    assert.equal(JSON.stringify(redactFields(fields)), '{"__proto__":{"a":1}}');
  });
});
