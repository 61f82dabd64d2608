import assert from 'node:assert/strict';
import { membersOf } from '../testing/members-of.ts';
import { readChatFields } from './chat-fields.ts';
import { readEmbeddingsFields } from './embeddings.ts';

const plain = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };

describe('the fields of a chat request', () => {
  it('are model, stream and whether usage was asked for', () => {
    const fields = readChatFields(
      membersOf({ ...plain, stream: true, stream_options: { include_usage: true } }),
    );
    assert.equal(fields.model, 'gpt-4o-mini');
    assert.equal(fields.isStream, true);
    assert.equal(fields.asksForUsage, true);
  });

  it('are read without messages and tools', () => {
    const members = membersOf({ ...plain, tools: [{ type: 'function' }], temperature: 1 });
    readChatFields(members);
    assert.ok(!members.reads.includes('messages'));
    assert.ok(!members.reads.includes('tools'));
  });

  it('pass wrong types on for the provider to refuse', () => {
    const fields = readChatFields(
      membersOf({ model: 7, stream: 'true', stream_options: [], temperature: '0' }),
    );
    assert.deepEqual(
      { ...fields, isUncacheable: fields.isUncacheable() },
      {
        model: null,
        isStream: false,
        asksForUsage: false,
        isDeterministic: false,
        isUncacheable: false,
      },
    );
  });

  it('call a request deterministic at temperature 0 with one sample and no tools', () => {
    const isDeterministic = (changes: object): boolean =>
      readChatFields(membersOf({ ...plain, temperature: 0, ...changes })).isDeterministic;
    assert.equal(isDeterministic({}), true);
    assert.equal(isDeterministic({ n: 1, tools: [], functions: null, seed: 4 }), true);
    assert.equal(isDeterministic({ temperature: 0.1 }), false);
    assert.equal(isDeterministic({ temperature: undefined }), false);
    assert.equal(isDeterministic({ n: 2 }), false);
    assert.equal(isDeterministic({ tools: [{ type: 'function' }] }), false);
    assert.equal(isDeterministic({ functions: [{ name: 'f' }] }), false);
  });

  it('keep what has several samples, a state or an outside source out of the cache', () => {
    const isUncacheable = (changes: object): boolean =>
      readChatFields(membersOf({ ...plain, temperature: 0, ...changes })).isUncacheable();
    assert.equal(isUncacheable({}), false);
    assert.equal(
      isUncacheable({ logprobs: true, store: false, tools: [{ type: 'function' }] }),
      false,
    );
    for (const changes of [
      { n: 3 },
      { n: 'many' },
      { store: true },
      { web_search_options: {} },
      { search_parameters: { mode: 'auto' } },
      { plugins: [{ id: 'web' }] },
      { audio: { voice: 'alloy', format: 'mp3' } },
      { tools: [{ type: 'function' }, { type: 'web_search' }] },
    ]) {
      assert.equal(isUncacheable(changes), true, JSON.stringify(changes));
    }
  });
});

describe('the fields of an embeddings request', () => {
  it('call every one of them deterministic', () => {
    const fields = readEmbeddingsFields(membersOf({ model: 'text-embedding-3-small', input: 'x' }));
    assert.equal(fields.model, 'text-embedding-3-small');
    assert.equal(fields.isDeterministic, true);
    assert.equal(fields.isUncacheable(), false);
  });
});
