import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { SecretString } from '../platform/redact/secret-string.ts';
import type { Environment } from './environment-layer.ts';
import { readStoredKeys } from './stored-keys.ts';
import { layered } from './testing/layer-text.ts';

function keysOf(environment: Environment, yaml = ''): Record<string, string> {
  const keys = readStoredKeys(environment, layered({ yaml }).settings);
  return Object.fromEntries([...keys].map(([id, key]) => [id, key.reveal()]));
}

describe('readStoredKeys', () => {
  it('reads the variables that the providers’ own tools use', () => {
    const environment = {
      OPENAI_API_KEY: 'sk-1',
      ANTHROPIC_API_KEY: ' sk-ant-2\n',
      GROQ_API_KEY: 'gsk',
    };
    assert.deepEqual(keysOf(environment), { openai: 'sk-1', anthropic: 'sk-ant-2' });
    const yaml = 'providers: {groq: {type: openai-compatible, baseUrl: http://h}}';
    assert.equal(keysOf(environment, yaml)['groq'], 'gsk');
  });

  it('reads the variable that the configuration names, and no other instead', () => {
    const yaml = 'providers: {openai: {apiKey: {env: WORK_KEY}}}';
    assert.deepEqual(keysOf({ OPENAI_API_KEY: 'no', WORK_KEY: 'yes' }, yaml), { openai: 'yes' });
    assert.deepEqual(keysOf({ OPENAI_API_KEY: 'no' }, yaml), {});
  });

  it('gives no key to a provider of another id, whatever its type', () => {
    const yaml = 'providers: {work: {type: openai}, constructor: {type: openai}}';
    assert.deepEqual(Object.keys(keysOf({ OPENAI_API_KEY: 'sk-1' }, yaml)), ['openai']);
  });

  it('takes what an IDE offers, before the usual variable and after the one that was named', () => {
    const offered = (environment: Environment, yaml: string): string | undefined =>
      readStoredKeys(environment, layered({ yaml }).settings, (id) =>
        id === 'openai' ? new SecretString('offered') : null,
      )
        .get('openai')
        ?.reveal();
    assert.equal(offered({ OPENAI_API_KEY: 'usual' }, ''), 'offered');
    const yaml = 'providers: {openai: {apiKey: {env: WORK_KEY}}}';
    assert.equal(offered({ WORK_KEY: 'named' }, yaml), 'named');
    assert.equal(offered({ OPENAI_API_KEY: 'usual' }, yaml), 'offered');
  });

  it('counts an empty variable as not set', () => {
    assert.deepEqual(keysOf({ OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '  ' }), {});
  });

  it('gives keys that do not print', () => {
    const keys = readStoredKeys({ OPENAI_API_KEY: 'hunter2' }, layered({}).settings);
    assert.equal(inspect(keys, { depth: 9, showHidden: true }).includes('hunter2'), false);
  });
});
