import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { redactText } from './redact-text.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function textOf(alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
}

const token = textOf(`${letters}_-`, 20, 90);
const secrets: Record<string, fc.Arbitrary<string>> = {
  'an OpenAI key': token.map((body) => `sk-${body}`),
  'an OpenAI project key': token.map((body) => `sk-proj-${body}`),
  'an OpenRouter key': token.map((body) => `sk-or-v1-${body}`),
  'an Anthropic key': token.map((body) => `sk-ant-api03-${body}`),
  'an Anthropic OAuth token': token.map((body) => `sk-ant-oat01-${body}`),
  'a client token of RelayCore': token.map((body) => `rc_c_${body}`),
  'the control token': token.map((body) => `rc_${body}`),
  'a Google key': textOf(`${letters}_-`, 35, 35).map((body) => `AIza${body}`),
  'a Google OAuth token': token.map((body) => `ya29.${body}`),
  'an AWS key id': textOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16, 16).map((body) => `AKIA${body}`),
  'a GitHub token': textOf(letters, 36, 36).map((body) => `ghp_${body}`),
  'a JWT': fc
    .tuple(token, token, token)
    .map(([header, payload, signature]) => `eyJ${header}.eyJ${payload}.${signature}`),
  'a JWE': fc.tuple(token, token, token).map(([a, b, c]) => `eyJ${a}..${b}.${c}.${a}`),
};
const labelledSecrets: Record<string, fc.Arbitrary<[before: string, secret: string]>> = {
  'a bearer credential': fc.tuple(
    fc.constantFrom('Bearer ', 'bearer ', 'BEARER  '),
    textOf(`${letters}._~+/-`, 20, 90),
  ),
  'an AWS secret access key': fc.tuple(
    fc.constantFrom('aws_secret_access_key=', 'AWS_SECRET_ACCESS_KEY: ', '"secretAccessKey":"'),
    textOf(`${letters}+/`, 40, 40),
  ),
  'a parameter of a URL': fc.tuple(
    fc.constantFrom('?key=', '&key=', '?access_token=', '&api_key=', '&X-Amz-Signature='),
    textOf(`${letters}_-`, 8, 60),
  ),
  'a field of JSON': fc.tuple(
    fc.constantFrom('"token":"', '"apiKey": "', '\\"password\\":\\"', '"Authorization":"Bearer '),
    textOf(letters, 8, 60),
  ),
};

// What may stand around a secret: prose, JSON, URLs, escapes. Not a letter or digit, with which
// the secret would be another word, unless that letter is the end of an escape sequence.
const before = fc.constantFrom(
  '',
  ' ',
  '"',
  '\n',
  '=',
  '/',
  '(',
  ':',
  '%20',
  '\\n',
  '\\u0007',
  "'",
);
const after = fc.constantFrom('', ' ', '"', '\n', '&x=1', ')', ',', "'", '\\n', ' and more');
const prose = fc.constantFrom(
  '',
  'could not reach api.openai.com: ',
  '{"a":[1,2],"b":"',
  'GET /v1/',
);

function leaks(text: string, secret: string): boolean {
  // Not one piece of it either: half a key helps to find the rest.
  for (let index = 0; index + 8 <= secret.length; index += 1) {
    if (text.includes(secret.slice(index, index + 8))) return true;
  }
  return false;
}

describe('redactText', () => {
  for (const [name, secret] of Object.entries(secrets)) {
    it(`leaves nothing of ${name}, wherever it stands`, () => {
      fc.assert(
        fc.property(fc.tuple(prose, before), secret, after, (left, value, right) => {
          assert.equal(leaks(redactText(left.join('') + value + right), value), false);
        }),
      );
    });
  }

  for (const [name, secret] of Object.entries(labelledSecrets)) {
    it(`leaves nothing of ${name}`, () => {
      fc.assert(
        fc.property(prose, secret, after, (around, [label, value], right) => {
          assert.equal(leaks(redactText(`${around} ${label}${value}${right}`), value), false);
        }),
      );
    });
  }

  it('keeps JSON parseable, with the secret gone from inside', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(secrets)).chain((each) => each),
        fc.string(),
        (secret, text) => {
          const line = JSON.stringify({ text, nested: JSON.stringify({ token: secret }), secret });
          const redacted = redactText(line);
          assert.equal(leaks(redacted, secret), false);
          assert.equal(typeof JSON.parse(redacted), 'object');
        },
      ),
    );
  });

  it('changes nothing when it runs again', () => {
    const text = fc.tuple(
      prose,
      fc.constantFrom(...Object.values(secrets)).chain((each) => each),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (parts) => {
        const once = redactText(parts.join(' token='));
        assert.equal(redactText(once), once);
      }),
    );
  });

  it('says what stood there and how long it was', () => {
    assert.equal(
      redactText('key sk-ant-api03-0123456789abcdef rejected'),
      'key [sk-ant key, 29 chars] rejected',
    );
  });

  it('takes out a private key with all its lines', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----';
    assert.equal(redactText(`a ${key} b`), `a [private key, ${key.length} chars] b`);
    assert.equal(redactText(key.slice(0, 50)), '[private key, 50 chars]');
  });

  it('takes out the credentials of a URL', () => {
    assert.equal(
      redactText('proxy http://user:pass@proxy.example:8080/ refused'),
      'proxy http://[credentials, 9 chars]@proxy.example:8080/ refused',
    );
  });

  for (const text of [
    'the task-management-application-server and the disk-encryption-tool-chain are up',
    'Bearer authentication is required; basic authentication too',
    '{"inputTokens":1234,"maxTokens":4096,"tokenCount":7}',
    'token: missing, password: required',
    'https://api.openai.com/v1/models?limit=1000&beta=true',
    'request 01J8ZQ4Y2N6T7H0F of model claude-sonnet-4-5-20250929 took 1234 ms',
    'mail to user@example.com about http://example.com/@user',
  ]) {
    it(`leaves alone: ${text}`, () => {
      assert.equal(redactText(text), text);
    });
  }

  it('takes linear time on hostile text', () => {
    for (const piece of [
      'sk-',
      'eyJ',
      'Bearer ',
      'token=',
      'token: ',
      '://',
      ' ',
      'a.',
      '\\',
      'A',
    ]) {
      redactText(`bearer token: ${piece.repeat(100_000 / piece.length)}`);
    }
  });
});
