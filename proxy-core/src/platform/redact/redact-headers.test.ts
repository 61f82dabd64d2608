import assert from 'node:assert/strict';
import { redactHeaders } from './redact-headers.ts';

describe('redactHeaders', () => {
  it('shows what is known to be harmless and only the length of the rest', () => {
    assert.deepEqual(
      redactHeaders({
        Accept: 'application/json',
        'x-api-key': 'sk-ant-x',
        'api-key': 'azure',
        'X-New-Vendor-Auth': 'abc',
        'anthropic-beta': ['one', 'two'],
        'content-length': 12,
        missing: undefined,
      }),
      {
        accept: 'application/json',
        'x-api-key': '[8 chars]',
        'api-key': '[5 chars]',
        'x-new-vendor-auth': '[3 chars]',
        'anthropic-beta': 'one, two',
        'content-length': '12',
      },
    );
  });

  it('reads fetch headers and undici’s flat ones, of strings or bytes', () => {
    const expected = { accept: 'a', authorization: '[8 chars]' };
    assert.deepEqual(
      redactHeaders(new Headers({ accept: 'a', authorization: 'Bearer x' })),
      expected,
    );
    assert.deepEqual(redactHeaders(['Accept', 'a', 'Authorization', 'Bearer x']), expected);
    assert.deepEqual(
      redactHeaders(['Accept', 'a', 'Authorization', 'Bearer x'].map((part) => Buffer.from(part))),
      expected,
    );
  });

  it('hides RelayCore’s own token and a secret in a harmless header', () => {
    assert.deepEqual(
      redactHeaders({
        'x-relaycore-token': 'rc_c_1',
        'x-relaycore-cache': 'use',
        'user-agent': 'tool sk-ant-api03-abcdef',
        referer: 'http://127.0.0.1/ui?ticket=1234#rc_5',
      }),
      {
        'x-relaycore-token': '[6 chars]',
        'x-relaycore-cache': 'use',
        'user-agent': 'tool [sk-ant key, 19 chars]',
        referer: 'http://127.0.0.1/ui?ticket=[4 chars]#[hidden]',
      },
    );
  });
});
