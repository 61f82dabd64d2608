import assert from 'node:assert/strict';
import { redactUrl } from './redact-url.ts';

const cases: readonly [name: string, url: string, expected: string][] = [
  ['keeps a plain path', '/v1/messages?beta=true', '/v1/messages?beta=true'],
  ['hides a key', '/v1beta/models?key=AIzaX&alt=sse', '/v1beta/models?key=[5 chars]&alt=sse'],
  ['hides what it does not know', '/x?pw=hunter2&flag', '/x?pw=[7 chars]&flag'],
  ['hides the fragment', 'http://127.0.0.1/ui#ticket', 'http://127.0.0.1/ui#[hidden]'],
  ['hides credentials', 'https://u:p@host.example/v1', 'https://[credentials]@host.example/v1'],
  ['hides them before an @ too', 'https://u:p@q@host/v1', 'https://[credentials]@host/v1'],
  ['hides a secret in the path', '/bot/sk-ant-api03-abcdef/x', '/bot/[sk-ant key, 19 chars]/x'],
  ['hides a long nameless query', `/x?${'a'.repeat(41)}`, '/x?[41 chars]'],
  ['takes what is no URL', '%%%?=&&#', '%%%?=[0 chars]&&#[hidden]'],
];

describe('redactUrl', () => {
  for (const [name, url, expected] of cases) {
    it(name, () => {
      assert.equal(redactUrl(url), expected);
    });
  }
});
