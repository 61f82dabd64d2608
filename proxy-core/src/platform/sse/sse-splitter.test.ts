import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { SseEvent } from './sse-event.ts';
import { createSseSplitter, type SseSplitterOptions } from './sse-splitter.ts';

/** Pieces from which line ends, fields and characters of several bytes arise and get cut. */
const pieces = [
  ...['\n', '\n\n', '\r\n', '\r\n\r\n', '\r', '\r\r', 'data:', 'data: ', 'data', 'event: '],
  ...[': comment', ':', ' ', 'id: 7', 'dataset: no', 'x', '€', '😀', '{"usage":null}'],
];

const noise = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((list) => list.join('')),
  )
  .map(([mark, text]) => Buffer.from(mark + text));

const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 });

function chunksOf(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(stream.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function split(chunks: readonly Buffer[], options: SseSplitterOptions = {}): SseEvent[] {
  const splitter = createSseSplitter(options);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

function described(events: readonly SseEvent[]): object[] {
  return events.map(({ kind, raw, event, data }) => ({ kind, raw: raw.toString(), event, data }));
}

/** Neighbouring opaque pieces are one: where they are cut is no promise. */
function joinedOpaque(events: readonly SseEvent[]): string[] {
  const parts: string[] = [];
  let wasOpaque = false;
  for (const { kind, raw } of events) {
    const isOpaque = kind === 'opaque';
    if (isOpaque && wasOpaque) parts.push((parts.pop() ?? '') + raw.toString('latin1'));
    else parts.push(`${kind} ${raw.toString('latin1')}`);
    wasOpaque = isOpaque;
  }
  return parts;
}

/** The algorithm of the standard, word by word, on the whole text; the last event may be unfinished. */
function dispatchedByStandard(text: string): object[] {
  const dispatched: object[] = [];
  let data: string[] = [];
  let event = '';
  for (const line of [...text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/), '']) {
    const [, field, value] = /^([^:]*):? ?([^]*)$/.exec(line) ?? [];
    if (line === '') {
      if (data.join('\n') !== '') dispatched.push({ event, data: data.join('\n') });
      data = [];
      event = '';
    } else if (field === 'data') data.push(value ?? '');
    else if (field === 'event') event = value ?? '';
  }
  return dispatched;
}

describe('createSseSplitter', () => {
  it('gives the same events and the same bytes however the stream is cut', () => {
    fc.assert(
      fc.property(noise, cuts, (stream, sizes) => {
        const events = split(chunksOf(stream, sizes));
        assert.deepEqual(described(events), described(split([stream])));
        assert.deepEqual(Buffer.concat(events.map(({ raw }) => raw)), stream);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads events as the standard says', () => {
    fc.assert(
      fc.property(noise, (stream) => {
        const events = split([stream]).filter(({ data }) => data !== '');
        assert.deepEqual(
          events.map(({ event, data }) => ({ event, data })),
          dispatchedByStandard(stream.toString()),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('hands on what is too large in opaque pieces, the same bytes however cut', () => {
    fc.assert(
      fc.property(noise, cuts, (stream, sizes) => {
        const options = { maxEventBytes: 20 };
        const events = split(chunksOf(stream, sizes), options);
        assert.deepEqual(joinedOpaque(events), joinedOpaque(split([stream], options)));
        assert.deepEqual(Buffer.concat(events.map(({ raw }) => raw)), stream);
        for (const { kind, raw } of events) assert.ok(kind === 'opaque' || raw.length <= 20);
      }),
      { numRuns: 500 },
    );
  });

  it('reads on behind an event that was too large', () => {
    const splitter = createSseSplitter({ maxEventBytes: 20 });
    const events = [
      ...splitter.push(Buffer.from('data: 0123456789')),
      ...splitter.push(Buffer.from('0123456789')),
      ...splitter.push(Buffer.from('0123456789\n\ndata: a\n\n')),
    ];
    assert.deepEqual(
      events.map(({ kind, data }) => [kind, data]),
      [
        ['opaque', ''],
        ['opaque', ''],
        ['event', 'a'],
      ],
    );
  });

  it('gives an event as soon as its blank line is there, whatever ends the lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const splitter = createSseSplitter();
      const chunk = Buffer.from(`event: e${end}data: 1${end}${end}`);
      assert.deepEqual(
        splitter.push(chunk).map(({ event, data }) => ({ event, data })),
        [{ event: 'e', data: '1' }],
        JSON.stringify(end),
      );
      assert.equal(splitter.isBetweenEvents(), true);
    }
  });

  it('gives a comment in front of an event at once', () => {
    const splitter = createSseSplitter();
    const comments = splitter.push(Buffer.from(': ping\n: ping\ndata:'));
    assert.deepEqual(
      comments.map(({ kind, raw }) => [kind, raw.toString()]),
      [
        ['comment', ': ping\n'],
        ['comment', ': ping\n'],
      ],
    );
    assert.deepEqual(described(splitter.push(Buffer.from('1\n: inside\n\n'))), [
      { kind: 'event', raw: 'data:1\n: inside\n\n', event: '', data: '1' },
    ]);
  });

  it('gives the last event where its blank line is missing', () => {
    const splitter = createSseSplitter();
    assert.deepEqual(splitter.push(Buffer.from('data: [DONE]\n')), []);
    assert.deepEqual(
      splitter.end().map(({ data }) => data),
      ['[DONE]'],
    );
  });

  it('does not copy a chunk of whole events', () => {
    const chunk = Buffer.from('data: 1\n\ndata: 2\n\n');
    const one = Buffer.from('data: 3\n\n');
    const splitter = createSseSplitter();
    const events = splitter.push(chunk);
    assert.deepEqual(
      events.map(({ raw }) => [raw.buffer === chunk.buffer, raw.byteOffset - chunk.byteOffset]),
      [
        [true, 0],
        [true, 9],
      ],
    );
    assert.equal(splitter.push(one)[0]?.raw, one);
  });

  it('holds an event that trickles in byte by byte', () => {
    const event = Buffer.from(`data: ${'x'.repeat(20_000)}\n\n`);
    const events = split(Array.from(event, (byte) => Buffer.from([byte])));
    assert.deepEqual(
      events.map(({ raw }) => raw.equals(event)),
      [true],
    );
  });

  it('hands an event on unread where the caller does not need it whole', () => {
    const splitter = createSseSplitter({ mayPassUnread: (beginning) => beginning[6] === 0x5b });
    const events = [
      ...splitter.push(Buffer.from('data: [DO')),
      ...splitter.push(Buffer.from('NE]\n\ndata: {')),
      ...splitter.push(Buffer.from('}\n\n')),
    ];
    assert.deepEqual(
      events.map(({ kind, raw }) => [kind, raw.toString()]),
      [
        ['opaque', 'data: [DO'],
        ['opaque', 'NE]\n\n'],
        ['event', 'data: {}\n\n'],
      ],
    );
  });

  it('finds text in the raw bytes of this event only', () => {
    const [first, second] = split([Buffer.from('data: {"a":1}\n\ndata: {"usage":1}\n\n')]);
    assert.equal(first?.contains('"usage"'), false);
    assert.equal(second?.contains('"usage"'), true);
  });
});
