// The splitter and the usage splicer on the chunks of an OpenAI chat stream: what they add to each
// chunk that passes. Run with: node test/bench/micro/sse.ts
import { createSseSplitter } from '../../../proxy-core/src/platform/sse/sse-splitter.ts';
import { createUsageSplicer } from '../../../proxy-core/src/platform/sse/usage-splicer.ts';
import { compare, printRows } from './compare.ts';

function tokenEvent(text: string, usage: string): string {
  const head = '"id":"chatcmpl-9x8y7z6w5v4u","object":"chat.completion.chunk","created":1763700000';
  const rest = '"model":"gpt-5-2026-08-07","service_tier":"default","system_fingerprint":"fp_1"';
  const delta = `{"index":0,"delta":{"content":${JSON.stringify(text)}},"finish_reason":null}`;
  return `data: {${head},${rest},"choices":[${delta}]${usage}}\n\n`;
}

const plain = Buffer.from(tokenEvent(' token', ''));
const marked = Buffer.from(tokenEvent(' token', ',"usage":null'));
const hundred = Buffer.from(tokenEvent(' token', '').repeat(100));
const hundredMarked = Buffer.from(tokenEvent(' token', ',"usage":null').repeat(100));
const half = marked.length >> 1;
const halves = [marked.subarray(0, half), marked.subarray(half)];

const splitter = createSseSplitter();
const splicer = createUsageSplicer({ onUsage() {} });

printRows(
  `one event of ${plain.length} bytes a chunk (median, best, against the first)`,
  compare({
    'split, nothing read': () => splitter.push(plain),
    'split and look for usage': () => splitter.push(plain).some((it) => it.contains('"usage"')),
    'split and decode data': () => splitter.push(plain).map(({ data }) => data),
    'split and JSON.parse': () => splitter.push(plain).map(({ data }): unknown => JSON.parse(data)),
    'decode and split by blank lines': () => plain.toString().split('\n\n'),
    'splicer, event without usage': () => splicer.push(plain),
    'splicer, usage: null cut out': () => splicer.push(marked),
    'splicer, the same in two chunks': () => halves.map((chunk) => splicer.push(chunk)),
  }),
);

printRows(
  `100 events, ${hundred.length} bytes a chunk`,
  compare({
    'split, nothing read': () => splitter.push(hundred),
    'split and look for usage': () => splitter.push(hundred).some((it) => it.contains('"usage"')),
    'splicer, events without usage': () => splicer.push(hundred),
    'splicer, usage: null cut out': () => splicer.push(hundredMarked),
  }),
);
