import assert from 'node:assert/strict';
import { layered } from './testing/layer-text.ts';

describe('layerSettings', () => {
  it('gives the defaults where nothing is configured', () => {
    const { settings } = layered({});
    assert.equal(settings.server.host, '127.0.0.1');
    assert.equal(settings.server.port, 7352);
    assert.equal(settings.server.bodyLimitMb, 64);
    assert.deepEqual(settings.cache.semantic, { enabled: false, threshold: 0.92 });
    assert.deepEqual(settings.budgets, []);
    assert.deepEqual(settings.providers, {
      openai: {
        type: 'openai',
        baseUrl: 'https://api.openai.com/v1',
        apiKey: null,
        models: [],
        enabled: true,
      },
      anthropic: {
        type: 'anthropic',
        baseUrl: 'https://api.anthropic.com',
        apiKey: null,
        models: [],
        enabled: true,
      },
      demo: { type: 'demo', baseUrl: null, apiKey: null, models: [], enabled: true },
    });
  });

  it('takes the configuration of the documentation', () => {
    const { settings } = layered({
      yaml: `
server:    { host: 127.0.0.1, port: 7352, bodyLimitMb: 64 }
providers:                       # key = provider id; type defaults to the id where it is a known one
  openai:    { baseUrl: https://api.openai.com/v1, apiKey: { env: OPENAI_API_KEY } }
  anthropic: { baseUrl: https://api.anthropic.com, apiKey: { env: ANTHROPIC_API_KEY } }
  lab:       { type: openai-compatible, baseUrl: http://127.0.0.1:9000/v1/, models: [my-model] }
cache:     { enabled: true, ttlSeconds: 3600, maxMemoryMb: 64, maxDiskMb: 512, semantic: { enabled: false, threshold: 0.92 } }
budgets:   [ { period: day, limitUsd: 10, scope: global, onLimit: ask } ]
`,
    });
    assert.deepEqual(settings.providers['lab'], {
      type: 'openai-compatible',
      baseUrl: 'http://127.0.0.1:9000/v1',
      apiKey: null,
      models: ['my-model'],
      enabled: true,
    });
    assert.deepEqual(settings.providers['openai']?.apiKey, { env: 'OPENAI_API_KEY' });
    assert.deepEqual(settings.budgets, [
      { period: 'day', limitUsd: 10, scope: 'global', onLimit: 'ask' },
    ]);
  });

  it('lets each layer win over the one below', () => {
    const yaml = 'server: {port: 1}';
    const environment = { RELAYCORE_SERVER__PORT: '2' };
    const commandLine = { server: { port: 3 } };
    const runtime = { server: { port: 4 } };
    const portOf = (texts: Parameters<typeof layered>[0]): number =>
      layered(texts).settings.server.port;
    assert.equal(portOf({ yaml }), 1);
    assert.equal(portOf({ yaml, environment }), 2);
    assert.equal(portOf({ yaml, environment, commandLine }), 3);
    assert.equal(portOf({ yaml, environment, commandLine, runtime }), 4);
  });

  it('merges sections and replaces lists', () => {
    const { settings } = layered({
      yaml: 'server: {port: 1, allowedHosts: [a.example, b.example]}\nproviders: {demo: {enabled: false}}',
      runtime: { server: { allowedHosts: ['c.example'] }, providers: { demo: { models: ['m'] } } },
    });
    assert.equal(settings.server.port, 1);
    assert.deepEqual(settings.server.allowedHosts, ['c.example']);
    assert.equal(settings.providers['demo']?.enabled, false);
    assert.deepEqual(settings.providers['demo']?.models, ['m']);
    assert.ok(settings.providers['openai']);
  });

  it('ignores the environment unless it is asked for', () => {
    const { settings } = layered({});
    assert.equal(settings.server.port, 7352);
  });

  it('takes a section that is left empty for its defaults, and an empty provider for one', () => {
    const { settings } = layered({
      yaml: 'server:\n  # port: 1\ncache:\n  ttlSeconds:\nproviders:\n  demo:\nledger: {retentionDays: forever}\n',
    });
    assert.equal(settings.server.port, 7352);
    assert.equal(settings.cache.ttlSeconds, 3600);
    assert.equal(settings.providers['demo']?.type, 'demo');
    assert.equal(settings.ledger.retentionDays, 'forever');
  });

  it('lets the environment complete what the file begins', () => {
    const { settings } = layered({
      yaml: 'providers: {my-lab: {type: openai-compatible}}',
      environment: { RELAYCORE_PROVIDERS__MY_LAB__BASE_URL: 'http://127.0.0.1:9000/v1' },
    });
    assert.equal(settings.providers['my-lab']?.baseUrl, 'http://127.0.0.1:9000/v1');
  });

  it('freezes what it gives', () => {
    const { settings } = layered({ yaml: 'budgets: [{period: day, limitUsd: 1}]' });
    assert.ok(Object.isFrozen(settings));
    assert.ok(Object.isFrozen(settings.cache.semantic));
    assert.ok(Object.isFrozen(settings.budgets[0]));
    assert.throws(() => Object.assign(settings.server, { port: 1 }), TypeError);
  });

  it('explains every value with its layer and its place', () => {
    const { explain } = layered({
      yaml: 'cache:\n  ttlSeconds: 60\nproviders:\n  my.lab:\n    type: openai-compatible\n    baseUrl: http://h\nprices:\n  overrides:\n    openai/gpt: {inputUsdPerMtok: 1, outputUsdPerMtok: 2}\n',
      environment: { RELAYCORE_SERVER__PORT: '0', RELAYCORE_SERVER__ALLOWED_HOSTS: 'a,b' },
      commandLine: { server: { host: '::1' } },
      runtime: { log: { level: 'debug' } },
    });
    const explained = new Map(explain().map(({ path, ...rest }) => [path, rest]));
    const expected: Record<string, unknown> = {
      'cache.ttlSeconds': { value: 60, layer: 'file', source: 'config.yaml:2:3' },
      'cache.maxDiskMb': { value: 512, layer: 'default', source: 'default' },
      'server.port': { value: 0, layer: 'environment', source: 'RELAYCORE_SERVER__PORT' },
      'server.allowedHosts': {
        value: ['a', 'b'],
        layer: 'environment',
        source: 'RELAYCORE_SERVER__ALLOWED_HOSTS',
      },
      'server.host': { value: '::1', layer: 'runtime', source: 'command line' },
      'log.level': { value: 'debug', layer: 'runtime', source: 'runtime change' },
      'providers["my.lab"].baseUrl': {
        value: 'http://h',
        layer: 'file',
        source: 'config.yaml:6:5',
      },
      'providers["my.lab"].enabled': { value: true, layer: 'default', source: 'default' },
      'prices.overrides["openai/gpt"].outputUsdPerMtok': {
        value: 2,
        layer: 'file',
        source: 'config.yaml:9:38',
      },
      budgets: { value: [], layer: 'default', source: 'default' },
    };
    for (const [path, explanation] of Object.entries(expected)) {
      assert.deepEqual(explained.get(path), explanation, path);
    }
  });

  it('finds the place of a value behind an alias', () => {
    const { explain } = layered({ yaml: 'cache: &same {ttlSeconds: 5}\n' });
    assert.equal(
      explain().find(({ path }) => path === 'cache.ttlSeconds')?.source,
      'config.yaml:1:15',
    );
  });
});
