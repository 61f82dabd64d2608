import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { editMembers, partsWithout } from './edit-members.ts';
import { scanObject } from './scan-object.ts';

const keys = ['a', 'b', 'c', 'd'];
const space = fc.constantFrom('', ' ', '\n  ', '\r\n');

interface Member {
  readonly key: string;
  readonly value: number;
  readonly before: string;
  readonly after: string;
}

const member: fc.Arbitrary<Member> = fc.record({
  key: fc.constantFrom(...keys),
  value: fc.nat(9),
  before: space,
  after: space,
});

function textOf(members: readonly Member[]): string {
  const parts = members.map(
    ({ key, value, before, after }) => `${before}"${key}"${before}:${after}${value}${after}`,
  );
  return ` {${parts.join(',')}} `;
}

function edit(text: string, changes: Readonly<Record<string, string | null>>): string {
  return editMembers(scanObject(Buffer.from(text)), changes).toString();
}

describe('editMembers', () => {
  it('takes members out with one comma and keeps every other byte', () => {
    assert.equal(edit('{"a":1,"b":2,"c":3}', { a: null }), '{"b":2,"c":3}');
    assert.equal(edit('{"a":1,"b":2,"c":3}', { b: null }), '{"a":1,"c":3}');
    assert.equal(edit('{"a":1,"b":2,"c":3}', { c: null }), '{"a":1,"b":2}');
    assert.equal(edit('{"a": 1, "b": 2, "c": 3}', { b: null, c: null }), '{"a": 1}');
    assert.equal(edit('{\n  "a": 1,\n  "b": 2\n}', { b: null }), '{\n  "a": 1\n}');
    assert.equal(edit('{ "a" : 1 }', { a: null }), '{}');
  });

  it('puts a new member first', () => {
    assert.equal(edit('{"a":1}', { b: '[2]' }), '{"b":[2],"a":1}');
    assert.equal(edit('{}', { b: '2', 'é"': '"ü"' }), '{"b":2,"é\\"":"ü"}');
    assert.equal(edit('{"a":1}', { a: null, b: '2' }), '{"b":2}');
  });

  it('replaces a value in its place', () => {
    assert.equal(edit('{"a": 1 , "model":"x"}', { model: '"y"' }), '{"a": 1 , "model":"y"}');
  });

  it('treats every duplicate alike, so that no reader finds the old value', () => {
    assert.equal(edit('{"a":1,"b":2,"a":3}', { a: '9' }), '{"a":9,"b":2,"a":9}');
    assert.equal(edit('{"a":1,"b":2,"\\u0061":3}', { a: null }), '{"b":2}');
  });

  it('gives the same buffer where nothing changes', () => {
    const bytes = Buffer.from('{"a":1}');
    assert.equal(editMembers(scanObject(bytes), { b: null }), bytes);
  });

  it('means what the same change means on the parsed value, in any spacing', () => {
    const change = fc.option(fc.nat(9).map(String), { nil: null });
    const changes = fc.dictionary(fc.constantFrom(...keys, 'new'), change, { maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), changes, (members, edits) => {
        const expected = Object.fromEntries(members.map(({ key, value }) => [key, value]));
        for (const [key, json] of Object.entries(edits)) {
          if (json === null) delete expected[key];
          else expected[key] = Number(json);
        }
        assert.deepEqual(JSON.parse(edit(textOf(members), edits)), expected);
      }),
    );
  });

  it('keeps the raw text of the members that stay', () => {
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), fc.subarray(keys), (members, removed) => {
        const changes = Object.fromEntries(removed.map((key) => [key, null]));
        const expected = textOf(members.filter(({ key }) => !removed.includes(key)));
        const edited = edit(textOf(members), changes);
        assert.equal(edited.replaceAll(/\s/g, ''), expected.replaceAll(/\s/g, ''));
      }),
    );
  });
});

describe('partsWithout', () => {
  it('gives the pieces of the edited text without copying them', () => {
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), fc.subarray(keys), (members, removed) => {
        const scan = scanObject(Buffer.from(textOf(members)));
        const parts = partsWithout(scan, removed);
        const changes = Object.fromEntries(removed.map((key) => [key, null]));
        assert.deepEqual(Buffer.concat(parts), editMembers(scan, changes));
        for (const part of parts) assert.equal(part.buffer, scan.bytes.buffer);
      }),
    );
  });
});
