import assert from 'node:assert/strict';
import { dialectIds } from '../contract/names.ts';
import { dialects } from './registry.ts';
import { membersOf } from './testing/members-of.ts';
import { readStream } from './testing/read-stream.ts';

describe('the registry of dialects', () => {
  it('has each dialect of the contract once', () => {
    assert.deepEqual(
      dialects.map(({ id }) => id),
      [...dialectIds],
    );
  });
});

for (const dialect of dialects) {
  describe(`the ${dialect.id} dialect`, () => {
    it('names each endpoint and each path once', () => {
      const { endpoints } = dialect;
      assert.equal(new Set(endpoints.map(({ id }) => id)).size, endpoints.length);
      assert.equal(
        new Set(endpoints.map(({ path, method }) => method + path)).size,
        endpoints.length,
      );
      assert.equal(dialect.other.operation, 'other');
    });

    it('reads the fields and the answer of all that is billed', () => {
      const billed = dialect.endpoints.filter(({ operation }) => operation !== 'list-models');
      assert.ok(billed.length > 1);
      for (const endpoint of billed) {
        const fields = endpoint.readFields?.(membersOf({ model: 'm' }));
        assert.equal(fields?.model, 'm', endpoint.id);
        const reading = endpoint.createReader?.().reading();
        assert.equal(reading?.isComplete, false, endpoint.id);
        assert.equal(reading.usage, null, endpoint.id);
      }
    });

    it('has a ping that is an event by itself and says nothing', () => {
      assert.match(dialect.ping, /[^\n]\n\n$/);
      assert.equal(dialect.ping.split('\n\n').length, 2);
      const generate = dialect.endpoints.find(({ operation }) => operation === 'generate');
      const reader = generate?.createReader?.();
      assert.ok(reader !== undefined);
      const before = reader.reading();
      assert.deepEqual(readStream(reader, dialect.ping, dialect.ping), before);
    });
  });
}
