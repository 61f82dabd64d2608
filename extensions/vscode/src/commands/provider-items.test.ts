import assert from 'node:assert/strict';
import type { ProviderInfo } from '@relaycore/proxy-core/contract/bridge';
import { providersForKeys, providersToTest } from './provider-items.ts';

function aProvider(changes: Partial<ProviderInfo>): ProviderInfo {
  return {
    id: 'openai',
    status: 'unknown',
    circuit: 'closed',
    latencyMs: null,
    type: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    dialects: ['openai'],
    models: [],
    isEnabled: true,
    needsKey: true,
    hasKey: false,
    ...changes,
  };
}

describe('the list of providers', () => {
  const providers = [
    aProvider({ id: 'with', hasKey: true }),
    aProvider({ id: 'without' }),
    aProvider({ id: 'local', needsKey: false }),
    aProvider({ id: 'demo', needsKey: false, baseUrl: null }),
    aProvider({ id: 'off', isEnabled: false, hasKey: true }),
  ];

  it('for a key begins with those that have none', () => {
    assert.deepEqual(
      providersForKeys(providers).map(({ label, description }) => [label, description]),
      [
        ['without', 'no key'],
        ['with', 'has a key'],
        ['off', 'has a key, switched off'],
      ],
    );
  });

  it('for a test begins with those that can be asked', () => {
    assert.deepEqual(
      providersToTest(providers).map(({ label }) => label),
      ['with', 'local', 'demo', 'without'],
    );
    assert.equal(providersToTest(providers)[2]?.detail, 'Built in');
  });
});
