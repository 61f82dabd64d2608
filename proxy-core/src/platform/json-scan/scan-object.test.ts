import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { inspect } from 'node:util';
import { JsonScanError } from './json-scan-error.ts';
import { hasDuplicate, memberKey, readMember } from './read-member.ts';
import { scanObject } from './scan-object.ts';
import { MAX_JSON_DEPTH } from './skip-value.ts';

/** The letters that JSON's grammar turns on, and some that it refuses. */
const grammarLetters = [
  ...Array.from('{}[]",:\\/-+.019eEu '),
  ...Array.from('\n\t\r\0\x1f\u007f\u00e9\u00ef\u00bb\u00bf\u00a0'),
  ...['true', 'false', 'null', '"a":', '\\u00e9', '\\n', '"plain text of many bytes"'],
];

const grammarNoise = fc
  .array(fc.constantFrom(...grammarLetters), { maxLength: 30 })
  .map((letters) => letters.join(''));

const jsonObject = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 });

/** JSON text in the wild's spacings. */
const jsonText = fc
  .tuple(jsonObject, fc.constantFrom('', ' ', '\t', '  '), fc.boolean())
  .map(([value, indent, isSpaced]) => {
    const text = JSON.stringify(value, null, indent);
    return isSpaced ? ` \r\n${text.replaceAll('\n', '\r\n')}\t ` : text;
  });

const corruptedText = fc
  .tuple(jsonText, fc.nat(), fc.nat(3), grammarNoise)
  .map(([text, place, cut, noise]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + noise.slice(0, 3) + text.slice(at + cut);
  });

function isAcceptedByParse(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function isAcceptedByScan(bytes: Buffer): boolean {
  try {
    scanObject(bytes);
    return true;
  } catch (error) {
    assert.ok(error instanceof JsonScanError, String(error));
    assert.ok(error.offset >= 0 && error.offset <= bytes.length);
    return false;
  }
}

function failure(text: string): JsonScanError {
  try {
    scanObject(Buffer.from(text));
  } catch (error) {
    if (error instanceof JsonScanError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: `accepted: ${text}` });
}

function nested(depth: number): string {
  return '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
}

describe('scanObject', () => {
  it('finds what JSON.parse finds', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const bytes = Buffer.from(text);
        const expected = JSON.parse(bytes.toString()) as Record<string, unknown>;
        const scan = scanObject(bytes);
        const keys = scan.members.map((member) => memberKey(scan, member));
        assert.deepEqual(keys.toSorted(), Object.keys(expected).toSorted());
        for (const key of keys) assert.deepEqual(readMember(scan, key), expected[key]);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts exactly what JSON.parse takes for an object', () => {
    const anyText = fc.oneof(
      { weight: 4, arbitrary: corruptedText },
      { weight: 2, arbitrary: grammarNoise.map((noise) => `{"a":${noise}}`) },
      { weight: 1, arbitrary: grammarNoise.map((noise) => `{"a":"${noise}"}`) },
      { weight: 1, arbitrary: grammarNoise },
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = Buffer.from(text, 'latin1');
        assert.equal(isAcceptedByScan(bytes), isAcceptedByParse(bytes.toString('latin1')));
      }),
      { numRuns: 5000 },
    );
  });

  it('sees a fault at every place of a long string', () => {
    for (const fault of ['\n', '\0', '\x1f', '\\x', '\\u12g4', '"']) {
      for (let place = 0; place < 40; place++) {
        const content = 'x'.repeat(place) + fault + 'y'.repeat(40 - place);
        assert.equal(isAcceptedByScan(Buffer.from(`{"a":["${content}"]}`)), false, content);
      }
    }
  });

  it('works at any alignment of a view into a larger buffer', () => {
    const text = `{"a":"${'x'.repeat(50)}\\n","b":2}`;
    for (let shift = 0; shift < 9; shift++) {
      const outer = Buffer.from(`${'"'.repeat(shift)}${text}""}}`);
      const scan = scanObject(outer.subarray(shift, shift + text.length));
      assert.equal(readMember(scan, 'b'), 2);
    }
  });

  it('gives byte offsets of keys, values and braces', () => {
    const scan = scanObject(Buffer.from(' {"é" : "ü", "b":[1, 2] } '));
    assert.deepEqual(
      { start: scan.start, end: scan.end, members: scan.members },
      {
        start: 1,
        end: 26,
        members: [
          { keyStart: 2, keyEnd: 6, valueStart: 9, valueEnd: 13 },
          { keyStart: 15, keyEnd: 18, valueStart: 19, valueEnd: 25 },
        ],
      },
    );
  });

  it('refuses a byte order mark as JSON.parse does', () => {
    assert.equal(isAcceptedByScan(Buffer.from('\ufeff{}')), false);
  });

  it('bounds the depth and needs no stack for it', () => {
    assert.equal(isAcceptedByScan(Buffer.from(nested(MAX_JSON_DEPTH))), true);
    assert.equal(failure(nested(MAX_JSON_DEPTH + 1)).reason, 'nested too deeply');
    assert.equal(failure('{"a":' + '['.repeat(100_000)).reason, 'nested too deeply');
  });

  it('reads a repeated key as JSON.parse does and tells that it is repeated', () => {
    const scan = scanObject(Buffer.from('{"model":"a","n":1,"mod\\u0065l":"b"}'));
    assert.equal(readMember(scan, 'model'), 'b');
    assert.equal(hasDuplicate(scan, 'model'), true);
    assert.equal(hasDuplicate(scan, 'n'), false);
    assert.equal(hasDuplicate(scan, 'absent'), false);
    assert.equal(readMember(scan, 'absent'), undefined);
  });

  it('does not take a key for another that looks alike in its raw form', () => {
    const scan = scanObject(Buffer.from('{"a\\nb":1,"a\\\\nb":2,"Ã©":3,"é":4}'));
    assert.equal(readMember(scan, 'a\nb'), 1);
    assert.equal(readMember(scan, 'a\\nb'), 2);
    assert.equal(readMember(scan, 'é'), 4);
    assert.equal(readMember(scan, '__proto__'), undefined);
  });
});

describe('JsonScanError', () => {
  it('names the fault', () => {
    const reasons: [string, string][] = [
      ['', 'unexpected end'],
      ['{"a":', 'unexpected end'],
      ['{"a":"b', 'unexpected end'],
      ['{"a":tru', 'unexpected end'],
      ['[1]', 'not an object'],
      ['{"a" 1}', 'unexpected character'],
      ['{"a":01}', 'unexpected character'],
      ['{"a":"\\q"}', 'invalid escape'],
      ['{"a":"\n"}', 'control character in a string'],
      ['{} {}', 'text after the object'],
    ];
    for (const [text, reason] of reasons) assert.equal(failure(text).reason, reason, text);
  });

  it('tells line and column in characters', () => {
    const error = failure('{\n  "é": 1,\n  "ü" 2}');
    assert.deepEqual(error.position, { line: 3, column: 7 });
  });

  it('shows nothing of the text, however it is printed', () => {
    const error = failure('{"prompt":"the secret" "x"}');
    const printed = [error.message, String(error), JSON.stringify(error), inspect(error)].join();
    assert.equal(printed.includes('secret'), false);
    assert.match(error.message, /^unexpected character at byte 23$/);
  });
});
