import assert from 'node:assert/strict';
import {
  readEnvironmentLayer,
  type Environment,
  type EnvironmentLayer,
} from './environment-layer.ts';
import { createSettingTree } from './setting-tree.ts';

const tree = createSettingTree();
const knownIds = ['openai', 'my.lab'];

function layerOf(environment: Environment): EnvironmentLayer {
  return readEnvironmentLayer(environment, tree, (path) =>
    path[0] === 'providers' ? knownIds : [],
  );
}

describe('readEnvironmentLayer', () => {
  it('reads each variable as the type of its setting', () => {
    const layer = layerOf({
      RELAYCORE_SERVER__PORT: '0',
      RELAYCORE_SERVER__HOST: ' ::1 ',
      RELAYCORE_SERVER__MAX_IN_FLIGHT_MB: '12.5',
      RELAYCORE_SERVER__ALLOWED_HOSTS: 'a.example, b.example,',
      RELAYCORE_CACHE__ENABLED: 'Off',
      RELAYCORE_CACHE__SEMANTIC__ENABLED: '1',
      RELAYCORE_CACHE__SEMANTIC__THRESHOLD: '.95',
      RELAYCORE_LEDGER__RETENTION_DAYS: 'forever',
      RELAYCORE_BUDGETS: '[{"period":"day","limitUsd":5}]',
      RELAYCORE_PRICES__OVERRIDES: '{"openai/gpt":{"inputUsdPerMtok":1,"outputUsdPerMtok":2}}',
    });
    assert.deepEqual(layer.issues, []);
    assert.deepEqual(layer.warnings, []);
    assert.deepEqual(layer.tree, {
      server: {
        port: 0,
        host: '::1',
        maxInFlightMb: 12.5,
        allowedHosts: ['a.example', 'b.example'],
      },
      cache: { enabled: false, semantic: { enabled: true, threshold: 0.95 } },
      ledger: { retentionDays: 'forever' },
      budgets: [{ period: 'day', limitUsd: 5 }],
      prices: { overrides: { 'openai/gpt': { inputUsdPerMtok: 1, outputUsdPerMtok: 2 } } },
    });
  });

  it('finds providers by their ids in capitals, or makes new ones', () => {
    const layer = layerOf({
      RELAYCORE_PROVIDERS__OPENAI__BASE_URL: 'http://h/v1',
      RELAYCORE_PROVIDERS__OPENAI__API_KEY__ENV: 'MY_KEY',
      RELAYCORE_PROVIDERS__MY_LAB__ENABLED: 'no',
      RELAYCORE_PROVIDERS__NEW_LAB__MODELS: '["a","b"]',
    });
    assert.deepEqual(layer.tree, {
      providers: {
        openai: { baseUrl: 'http://h/v1', apiKey: { env: 'MY_KEY' } },
        'my.lab': { enabled: false },
        'new-lab': { models: ['a', 'b'] },
      },
    });
    assert.equal(
      layer.variableOf(['providers', 'my.lab', 'enabled']),
      'RELAYCORE_PROVIDERS__MY_LAB__ENABLED',
    );
    assert.equal(layer.variableOf(['server', 'port']), null);
  });

  it('refuses what cannot be read so, without repeating it', () => {
    const messages = layerOf({
      RELAYCORE_SERVER__PORT: 'eighty',
      RELAYCORE_CACHE__ENABLED: 'maybe',
      RELAYCORE_LEDGER__RETENTION_DAYS: 'never',
      RELAYCORE_BUDGETS: '{}',
      RELAYCORE_PROVIDERS__OPENAI__API_KEY: 'sk-ant-api03-abcdefghij',
    }).issues.map(({ message }) => message);
    assert.deepEqual(messages, [
      'RELAYCORE_BUDGETS must be a list as JSON.',
      'RELAYCORE_CACHE__ENABLED must be true or false.',
      'RELAYCORE_LEDGER__RETENTION_DAYS must be a number or forever.',
      'RELAYCORE_PROVIDERS__OPENAI__API_KEY must be an object as JSON; single settings are set by RELAYCORE_PROVIDERS__OPENAI__API_KEY__ENV and its like.',
      'RELAYCORE_SERVER__PORT must be a number.',
    ]);
  });

  it('warns of what looks like a setting and is none', () => {
    const layer = layerOf({
      RELAYCORE_SERVER__PROT: '1',
      RELAYCORE_SERVER_PORT: '1',
      RELAYCORE_QUEUE__SIZE: '1',
      RELAYCORE_SERVER__PORT__X: '1',
    });
    assert.deepEqual(layer.tree, {});
    assert.deepEqual(layer.warnings, [
      'RELAYCORE_QUEUE__SIZE is not a setting and has no effect.',
      'RELAYCORE_SERVER_PORT is not a setting and has no effect; did you mean RELAYCORE_SERVER__PORT?',
      'RELAYCORE_SERVER__PORT__X is not a setting and has no effect.',
      'RELAYCORE_SERVER__PROT is not a setting and has no effect; did you mean RELAYCORE_SERVER__PORT?',
    ]);
  });

  it('leaves alone what is empty, RELAYCORE_HOME and what is not ours', () => {
    const layer = layerOf({
      RELAYCORE_HOME: '/x',
      RELAYCORE_TOKEN: 'rc_x',
      RELAYCORE_SERVER__PORT: ' ',
      relaycore_server__port: '1',
      SERVER__PORT: '1',
    });
    assert.deepEqual([layer.tree, layer.issues, layer.warnings], [{}, [], []]);
  });
});
