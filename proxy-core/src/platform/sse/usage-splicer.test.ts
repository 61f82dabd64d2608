import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createUsageSplicer } from './usage-splicer.ts';

/** A stretch of a stream with the option on, and the same without. */
interface Twin {
  readonly on: string;
  readonly off: string;
}

interface Style {
  readonly lineEnd: string;
  readonly field: string;
  /** Between the members of an object, and behind a key's colon. */
  readonly comma: string;
  readonly colon: string;
}

const style: fc.Arbitrary<Style> = fc.record({
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  field: fc.constantFrom('data:', 'data: '),
  comma: fc.constantFrom(',', ', '),
  colon: fc.constantFrom(':', ': '),
});

type Member = readonly [key: string, value: string];

const member: fc.Arbitrary<Member> = fc.constantFrom<Member[]>(
  ['id', '"chatcmpl-1"'],
  ['choices', '[{"index":0,"delta":{"content":"hi"}}]'],
  ['choices', '[]'],
  ['content', '"the word \\"usage\\":null, \\"usage\\": null"'],
  ['x_groq', '{"usage":{"total_tokens":3},"a":[{"usage":null}]}'],
  ['delta', '{"usage":null}'],
  ['prompt', '"größer 😀"'],
  ['system_fingerprint', 'null'],
);

const members = fc.uniqueArray(member, { maxLength: 6, selector: ([key]) => key });

function event(data: string, { lineEnd, field }: Style): string {
  const lines = data.split('\n').map((line) => field + line);
  return lines.join(lineEnd) + lineEnd + lineEnd;
}

function object(entries: readonly Member[], { comma, colon }: Style): string {
  return `{${entries.map(([key, value]) => `"${key}"${colon}${value}`).join(comma)}}`;
}

const nullUsage: Member = ['usage', 'null'];

function withNullUsage(entries: readonly Member[], place: number): Member[] {
  return entries.toSpliced(place % (entries.length + 1), 0, nullUsage);
}

type Maker = (style: Style) => Twin;

const chunkEvent = fc
  .tuple(members, fc.nat(), fc.boolean())
  .map(([entries, place, isPretty]): Maker => (how) => {
    const on = withNullUsage(entries, place);
    if (!isPretty)
      return { on: event(object(on, how), how), off: event(object(entries, how), how) };
    const pretty = { ...how, comma: ',\n  ', colon: ': ' };
    const lines = (list: readonly Member[]): string =>
      list.length === 0 ? '{}' : object(list, pretty).replace('{', '{\n  ').replace(/}$/, '\n}');
    return { on: event(lines(on), how), off: event(lines(entries), how) };
  });

const extraEvent = fc.nat(4).map((place): Maker => (how) => {
  const usage: Member = ['usage', '{"prompt_tokens":1,"completion_tokens":2}'];
  const rest: Member[] = [
    ['id', '"1"'],
    ['choices', '[]'],
    ['model', '"m"'],
  ];
  return { on: event(object(rest.toSpliced(place, 0, usage), how), how), off: '' };
});

/** Events as OpenAI writes them, and others that differ from them by little. */
const plainEvent = fc
  .tuple(
    fc.constantFrom('', '', '', 'event: x\n', ': c\n', ': c\n\n', 'data: {"a":\n', '\ufeff'),
    fc.constantFrom('data: {"', 'data: {"', 'data: {"', 'data:{"', 'data: [{"', 'data: "'),
    fc.constantFrom(
      ...['id":1', 'id":","', 'usage":1', 'a":{"usage":null}', 'a":"\\",\\"usage\\":null}"'],
      ...['choices":[]', 'usage":null', 'a":"\\\\"'],
    ),
    fc.constantFrom(',"usage":null', ',"usage":null', ',"usage":null', ',"usage":{"t":1}', ''),
    fc.constantFrom('}\n\n', '}\n\n', '}\n\n', '}\r\n\r\n', '}}\n\n', '}\n', '} \n\n', '\n\n'),
  )
  .map((parts) => parts.join(''));

/** What stays as it is. */
const sameEvent = fc
  .constantFrom(
    '[DONE]',
    'no JSON "usage":null',
    '{"choices":[],"usage":null',
    '{"choices":[],"usage":"none"}',
    '{"choices":[{"index":0}],"usage":{"total_tokens":1}}',
    '{"usage":{"total_tokens":1}}',
    '{"choices":[],"usage":null,"usage":{"a":1}}',
    '["usage",null]',
    '',
  )
  .map((data): Maker => (how) => ({ on: event(data, how), off: event(data, how) }));

const comment = fc
  .constantFrom(': ping', ': "usage":null', ':')
  .map((text): Maker => ({ lineEnd }) => ({ on: text + lineEnd, off: text + lineEnd }));

const stream = fc
  .tuple(fc.array(fc.oneof(chunkEvent, extraEvent, sameEvent, comment), { maxLength: 8 }), style)
  .map(([makers, how]): Twin => {
    const twins = makers.map((make) => make(how));
    return { on: twins.map(({ on }) => on).join(''), off: twins.map(({ off }) => off).join('') };
  });

const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 });

function chunksOf(text: string, sizes: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function splice(chunks: readonly Buffer[]): { text: string; usage: string[] } {
  const usage: string[] = [];
  const splicer = createUsageSplicer({ onUsage: (data) => usage.push(data) });
  const pieces = [...chunks.flatMap((chunk) => splicer.push(chunk)), ...splicer.end()];
  return { text: Buffer.concat(pieces).toString(), usage };
}

describe('createUsageSplicer', () => {
  it('makes the stream with the option into the stream without it, however it is cut', () => {
    fc.assert(
      fc.property(stream, cuts, ({ on, off }, sizes) => {
        assert.equal(splice(chunksOf(on, sizes)).text, off);
        assert.equal(splice([Buffer.from(on)]).text, off);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes its short way only where the long one comes to the same', () => {
    fc.assert(
      fc.property(fc.array(plainEvent, { minLength: 1, maxLength: 6 }), fc.nat(), (events, at) => {
        const whole = splice([Buffer.from(events.join(''))]);
        const cut = at % events.length;
        const parts = [events.slice(0, cut).join(''), events.slice(cut).join('')];
        // Byte by byte no chunk has a whole event in it.
        const long = splice(chunksOf(events.join(''), [1]));
        assert.deepEqual(whole, long);
        assert.deepEqual(splice(parts.map((part) => Buffer.from(part))), long);
      }),
      { numRuns: 2000 },
    );
  });

  it('does the same where the last event has no blank line', () => {
    const chunk = 'data: {"id":1,"choices":[],"usage":null}\n\n';
    const extra = 'data: {"id":1,"choices":[],"usage":{"total_tokens":3}}';
    for (const end of ['', '\n', '\r\n', '\r']) {
      for (let size = 1; size < 60; size++) {
        const { text, usage } = splice(chunksOf(chunk + extra + end, [size]));
        assert.equal(text, 'data: {"id":1,"choices":[]}\n\n');
        assert.deepEqual(usage, [extra.slice('data: '.length)]);
      }
    }
  });

  it('reports the data of the event that it takes out', () => {
    const data = '{"choices":[ ],"usage":{"total_tokens":3}}';
    assert.deepEqual(splice([Buffer.from(`: c\ndata: ${data}\n\ndata: [DONE]\n\n`)]), {
      text: ': c\ndata: [DONE]\n\n',
      usage: [data],
    });
  });

  it('lets a chunk of whole events without usage through uncopied', () => {
    const splicer = createUsageSplicer({ onUsage() {} });
    for (const text of ['data: {"id":1}\n\n', 'data: 1\r\n\r\ndata: 2\r\n\r\n', ': ping\n\n']) {
      const chunk = Buffer.from(text);
      assert.equal(splicer.push(chunk)[0], chunk);
    }
  });

  it('holds back only what may have to change', () => {
    const splicer = createUsageSplicer({ onUsage() {} });
    const push = (text: string): string =>
      Buffer.concat(splicer.push(Buffer.from(text))).toString();
    assert.equal(push('data: {"id":1}\n\ndata: {"id"'), 'data: {"id":1}\n\n');
    assert.equal(push(':2,"usage":null}\n\ndata: [DO'), 'data: {"id":2}\n\ndata: [DO');
    assert.equal(push('NE]\n\n: ping\n'), 'NE]\n\n: ping\n');
    assert.equal(push('event: x\n'), '');
    assert.equal(push('data: "usage"\n'), '');
    assert.equal(push('\n'), 'event: x\ndata: "usage"\n\n');
  });

  it('lets an event over the bound through as it is', () => {
    const splicer = createUsageSplicer({ onUsage() {}, maxEventBytes: 64 });
    const long = `data: {"a":"${'x'.repeat(100)}","usage":null}\n\n`;
    const short = 'data: {"usage":null}\n\n';
    const pieces = chunksOf(long + short, [30]).flatMap((chunk) => splicer.push(chunk));
    assert.equal(Buffer.concat(pieces).toString(), `${long}data: {}\n\n`);
  });
});
