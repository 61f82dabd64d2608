import assert from 'node:assert/strict';
import { dialects } from '../../dialects/registry.ts';
import { RelayError } from '../../domain/relay-error.ts';
import { createEndpointMatcher } from './match-endpoint.ts';

const match = createEndpointMatcher({
  dialects,
  providerDialect: (id) =>
    ({ openai: 'openai', lab: 'openai', anthropic: 'anthropic' } as const)[id] ?? null,
});

function found(method: string, url: string, headers: Record<string, string> = {}): unknown[] {
  const { dialect, endpoint, pinnedProvider, workspace, canonicalPath } = match(
    method,
    url,
    headers,
  );
  return [dialect.id, endpoint.operation, pinnedProvider, workspace, canonicalPath];
}

function codeOf(method: string, url: string): string {
  try {
    match(method, url, {});
  } catch (error) {
    if (error instanceof RelayError) return error.code;
    throw error;
  }
  return 'matched';
}

describe('the way from a path to an endpoint', () => {
  it('knows the paths of both dialects, whatever their query', () => {
    assert.deepEqual(found('POST', '/v1/chat/completions'), [
      'openai',
      'generate',
      null,
      null,
      '/v1/chat/completions',
    ]);
    assert.deepEqual(found('POST', '/v1/messages?beta=true'), [
      'anthropic',
      'generate',
      null,
      null,
      '/v1/messages?beta=true',
    ]);
    assert.deepEqual(found('POST', '/v1/messages/count_tokens'), [
      'anthropic',
      'count-tokens',
      null,
      null,
      '/v1/messages/count_tokens',
    ]);
  });

  it('tells the shared path of models by anthropic-version', () => {
    assert.equal(found('GET', '/v1/models')[0], 'openai');
    assert.equal(found('GET', '/v1/models', { 'anthropic-version': '2023-06-01' })[0], 'anthropic');
    assert.deepEqual(found('GET', '/v1/models/gpt-4o').slice(0, 2), ['openai', 'list-models']);
  });

  it('takes the workspace off any path', () =>
    assert.deepEqual(found('POST', '/w/my%20shop/v1/messages'), [
      'anthropic',
      'generate',
      null,
      'my shop',
      '/v1/messages',
    ]));

  it('takes the provider off, with a further /v1 or without', () => {
    for (const path of ['/v1/lab/chat/completions', '/v1/lab/v1/chat/completions']) {
      assert.deepEqual(found('POST', path), [
        'openai',
        'generate',
        'lab',
        null,
        '/v1/chat/completions',
      ]);
    }
    assert.deepEqual(found('POST', '/w/a/v1/anthropic/v1/messages'), [
      'anthropic',
      'generate',
      'anthropic',
      'a',
      '/v1/messages',
    ]);
    assert.equal(found('GET', '/v1/anthropic/models')[0], 'anthropic');
  });

  it('passes other paths of a provider through', () => {
    assert.deepEqual(found('GET', '/v1/files?limit=2'), [
      'openai',
      'other',
      null,
      null,
      '/v1/files?limit=2',
    ]);
    assert.deepEqual(found('GET', '/v1/messages/batches').slice(0, 2), ['anthropic', 'other']);
    assert.deepEqual(found('DELETE', '/v1/models/ft-1').slice(0, 2), ['openai', 'other']);
  });

  it('refuses what is nowhere, climbs, or has the wrong method', () => {
    assert.equal(codeOf('GET', '/nowhere'), 'not_found');
    assert.equal(codeOf('GET', '/v1/chat/completions'), 'method_not_allowed');
    assert.equal(codeOf('GET', '/v1/files/../../admin'), 'bad_request');
    assert.equal(codeOf('GET', '/v1/files/%2e%2E/admin'), 'bad_request');
    for (const path of [
      '/v1/%63hat/completions',
      '/v1//models',
      '/v1/..%2fadmin',
      '/v1/x%5c..',
      '/v1/x\\..',
    ]) {
      assert.equal(codeOf('POST', path), 'bad_request', path);
    }
    assert.deepEqual(found('POST', '/v1/chat/completions/').slice(0, 2), ['openai', 'generate']);
    assert.equal(codeOf('GET', 'http://evil.example/v1/files'), 'bad_request');
    assert.equal(codeOf('POST', '/w/%E0%A4%A/v1/messages'), 'bad_request');
  });
});
