import assert from 'node:assert/strict';
import { membersOf } from '../testing/members-of.ts';
import { readCountTokensFields } from './count-tokens.ts';
import { readMessagesFields } from './messages-fields.ts';

const plain = { model: 'claude-opus-5-5', max_tokens: 64, messages: [] };

describe('the fields of a messages request', () => {
  it('are model and stream, read without messages, system and tools', () => {
    const members = membersOf({ ...plain, stream: true, system: [], tools: [{ name: 'x' }] });
    const fields = readMessagesFields(members);
    assert.equal(fields.model, 'claude-opus-5-5');
    assert.equal(fields.isStream, true);
    for (const name of ['messages', 'system', 'tools']) assert.ok(!members.reads.includes(name));
  });

  it('call a request deterministic at temperature 0 without tools and thinking', () => {
    const isDeterministic = (changes: object): boolean =>
      readMessagesFields(membersOf({ ...plain, temperature: 0, ...changes })).isDeterministic;
    assert.equal(isDeterministic({}), true);
    assert.equal(isDeterministic({ thinking: { type: 'disabled' }, tools: [] }), true);
    assert.equal(isDeterministic({ temperature: 1 }), false);
    assert.equal(isDeterministic({ temperature: undefined }), false);
    assert.equal(isDeterministic({ thinking: { type: 'adaptive' } }), false);
    assert.equal(isDeterministic({ tools: [{ name: 'x', input_schema: {} }] }), false);
  });

  it('keep what works on the provider’s side out of the cache', () => {
    const isUncacheable = (changes: object): boolean =>
      readMessagesFields(membersOf({ ...plain, ...changes })).isUncacheable();
    assert.equal(isUncacheable({}), false);
    const own = [{ name: 'x' }, { type: 'custom' }, { type: 'bash_20250124', name: 'bash' }];
    assert.equal(isUncacheable({ tools: own }), false);
    for (const changes of [
      { container: 'container_1' },
      { mcp_servers: [{ type: 'url', url: 'https://example.com' }] },
      { tools: [...own, { type: 'web_search_20250305', name: 'web_search' }] },
      { tools: [{ type: 'code_execution_20260521' }] },
      { tools: [{ type: 5 }] },
    ]) {
      assert.equal(isUncacheable(changes), true, JSON.stringify(changes));
    }
  });

  it('of token counting are the model alone', () => {
    const fields = readCountTokensFields(membersOf(plain));
    assert.equal(fields.model, 'claude-opus-5-5');
    assert.equal(fields.isDeterministic, false);
  });
});
