// What must hold for every golden stream however the network cuts it: the same bytes for the client,
// the same reading for the ledger.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dialects } from '../../proxy-core/src/dialects/registry.ts';
import type { AnswerReader, AnswerReading, Endpoint } from '../../proxy-core/src/domain/dialect.ts';
import { createPriceTable } from '../../proxy-core/src/pipeline/meter/pricing/price-table.ts';
import { createSseSplitter } from '../../proxy-core/src/platform/sse/sse-splitter.ts';
import { createUsageSplicer } from '../../proxy-core/src/platform/sse/usage-splicer.ts';
import { anyCuts, cutAt } from './cuts.ts';
import { goldenCases, type GoldenCase } from './golden-case.ts';

const runs = 40;
const cases = goldenCases();
const streams = cases.filter(({ isStream }) => isStream);

function endpointOf(golden: GoldenCase): Endpoint {
  const [path] = golden.path.split('?');
  const dialect = dialects.find(({ id }) => id === golden.dialect);
  const endpoint = dialect?.endpoints.find((candidate) => candidate.path === path);
  if (endpoint === undefined) throw new Error(`no endpoint for ${golden.path}`);
  return endpoint;
}

function readerOf(golden: GoldenCase): AnswerReader {
  const reader = endpointOf(golden).createReader?.();
  if (reader === undefined) throw new Error(`no reader for ${golden.path}`);
  return reader;
}

function readStream(golden: GoldenCase, chunks: readonly Buffer[]): AnswerReading {
  const reader = readerOf(golden);
  const splitter = createSseSplitter();
  for (const chunk of chunks) for (const event of splitter.push(chunk)) reader.readEvent(event);
  for (const event of splitter.end()) reader.readEvent(event);
  return reader.reading();
}

function read(golden: GoldenCase): AnswerReading {
  if (golden.isStream) return readStream(golden, [golden.upstream]);
  const reader = readerOf(golden);
  reader.readJson(golden.upstream);
  return reader.reading();
}

function isSpliced({ dialect, request }: GoldenCase): boolean {
  const { stream, stream_options: options } = JSON.parse(request.toString()) as Record<string, unknown>;
  return dialect === 'openai' && stream === true && options === undefined;
}

describe('the readers', () => {
  for (const golden of cases.filter(({ status }) => status === 200)) {
    it(`find in ${golden.name} what the ledger says`, () => {
      const row = golden.ledger();
      const { usage, model, serviceTier, isComplete, hasError } = read(golden);
      assert.equal(isComplete && !golden.cut, row.outcome === 'completed');
      assert.equal(hasError && isComplete, false);
      assert.equal(model ?? row.requestedModel, row.model);
      if (row.isUsageEstimated === true) return;
      assert.ok(usage !== null);
      const { webSearches: _, unpricedTokens: __, ...tokens } = usage;
      for (const [name, count] of Object.entries(tokens)) assert.equal(row[name as keyof typeof row], count);
      if (row.endpoint === 'messages.count_tokens') return;
      const provider = String(row.provider);
      const cost = createPriceTable({ overrides: () => ({}) }).costOf(usage, {
        provider,
        priceProviderId: provider === 'lab' ? null : provider,
        model: model ?? '',
        serviceTier,
        at: Date.UTC(2026, 10, 21),
      });
      assert.equal(cost?.totalNanoUsd ?? null, row.costNanoUsd);
    });
  }

  for (const golden of streams) {
    it(`read ${golden.name} alike however it is cut`, () => {
      const whole = readStream(golden, [golden.upstream]);
      fc.assert(
        fc.property(anyCuts(golden.upstream), (places) => {
          assert.deepEqual(readStream(golden, cutAt(golden.upstream, places)), whole);
        }),
        { numRuns: runs },
      );
    });
  }
});

describe('the splitter', () => {
  for (const golden of streams) {
    it(`keeps every byte of ${golden.name} however it is cut`, () => {
      fc.assert(
        fc.property(anyCuts(golden.upstream), (places) => {
          const splitter = createSseSplitter();
          const events = cutAt(golden.upstream, places).flatMap((chunk) => splitter.push(chunk));
          const bytes = Buffer.concat([...events, ...splitter.end()].map(({ raw }) => raw));
          assert.ok(bytes.equals(golden.upstream));
        }),
        { numRuns: runs },
      );
    });
  }
});

describe('the splicer', () => {
  for (const golden of streams.filter((one) => isSpliced(one) && !one.cut)) {
    it(`makes of ${golden.name} what the client must get, however it is cut`, () => {
      const expected = golden.downstream();
      fc.assert(
        fc.property(anyCuts(golden.upstream), (places) => {
          const splicer = createUsageSplicer({ onUsage() {} });
          const pieces = cutAt(golden.upstream, places).flatMap((chunk) => splicer.push(chunk));
          assert.ok(Buffer.concat([...pieces, ...splicer.end()]).equals(expected));
        }),
        { numRuns: runs },
      );
    });
  }
});

describe('the replay of a golden answer', () => {
  for (const golden of cases.filter(({ status, cut }) => status === 200 && !cut)) {
    const codec = endpointOf(golden).replay;
    if (codec === undefined) continue;
    it(`in the other form says the same as ${golden.name}, or is refused`, () => {
      const { outputBytes: _, ...expected } = read(golden);
      const { toJson, toStream } = codec;
      const other = golden.isStream ? toJson(golden.upstream) : toStream(golden.upstream);
      if (other === null) {
        assert.match(golden.name, /unknown|web-search|no-done|error/);
        return;
      }
      const replayed = { ...golden, isStream: !golden.isStream, upstream: other };
      const { outputBytes: __, ...found } = read(replayed);
      assert.deepEqual(found, expected);
    });
  }
});
