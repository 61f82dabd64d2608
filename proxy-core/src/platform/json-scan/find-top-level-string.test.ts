import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { findTopLevelString } from './find-top-level-string.ts';

function find(text: string): string | null {
  return findTopLevelString(Buffer.from(text), 'model');
}

describe('findTopLevelString', () => {
  it('finds what JSON.parse finds, whatever else the object holds', () => {
    const key = fc.constantFrom('model', 'a', 'mo"del', 'b\\', '{', '}');
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string());
    const entries = fc.array(fc.tuple(key, value), { maxLength: 6 });
    fc.assert(
      fc.property(entries, fc.constantFrom('', ' ', '\n'), (members, space) => {
        const parts = members.map(
          ([name, content]) =>
            `${space}${JSON.stringify(name)}${space}:${space}${JSON.stringify(content, null, space)}`,
        );
        const text = `${space}{${parts.join(',')}}`;
        const { model } = JSON.parse(text) as { model?: unknown };
        assert.equal(find(text), typeof model === 'string' ? model : null);
      }),
      { numRuns: 500 },
    );
  });

  it('looks at the top level only', () => {
    assert.equal(find('{"a":{"model":"x"},"b":[{"model":"y"}]}'), null);
    assert.equal(find('{"a":"model","b":"\\"model\\":\\"x\\""}'), null);
    assert.equal(find('[{"model":"x"}]'), null);
    assert.equal(find('"model"'), null);
  });

  it('takes the last of several, as JSON.parse does', () => {
    assert.equal(find('{"model":"a","mod\\u0065l":"b"}'), 'b');
    assert.equal(find('{"model":"a","model":1}'), null);
  });

  it('gives what it found before malformed text', () => {
    assert.equal(find('{"model":"a","b":[1,2'), 'a');
    assert.equal(find('{"model":"a","b":"unterminated'), 'a');
    assert.equal(find('{"b":1,"model":"unterminated'), null);
    assert.equal(find('{"model":"\\q"}'), null);
    assert.equal(find(''), null);
  });

  it('does not decode a value that can be no name', () => {
    assert.equal(find(`{"model":"${'x'.repeat(70_000)}"}`), null);
  });

  it('reads past large values with any number of escapes', () => {
    const image = 'A'.repeat(1_000_000);
    const code = 'say(\\"hi\\");\\n\\\\'.repeat(20_000);
    assert.equal(find(`{"messages":["${image}","${code}"],"model":"late"}`), 'late');
  });
});
