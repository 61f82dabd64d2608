// Behaviours by name, for clients that cannot script the mock (an SDK in another process): the name stands in the
// header `x-mock-scenario`, or ends the model's name after `mock-`, as in `gpt-4o-mini-mock-stall`.

import type { Behaviour } from './behaviour.ts';
import type { RecordedRequest } from './recorded-request.ts';

const weather = { name: 'get_weather', input: { city: 'Köln', unit: 'celsius' } };

const scenarios: Readonly<Record<string, Behaviour>> = {
  plain: { kind: 'answer' },
  slow: { kind: 'answer', chunks: 40, chunkDelayMs: 50 },
  tools: { kind: 'answer', toolCalls: [weather] },
  thinking: { kind: 'answer', thinking: 'They greet me, so I greet back.' },
  gzip: { kind: 'answer', encoding: 'gzip' },
  br: { kind: 'answer', encoding: 'br' },
  deflate: { kind: 'answer', encoding: 'deflate' },
  zstd: { kind: 'answer', encoding: 'zstd' },
  'no-usage': { kind: 'answer', usage: 'absent' },
  'no-stream-options': { kind: 'answer', rejectsStreamOptions: true },
  silent: { kind: 'silence', after: 'request' },
  stall: { kind: 'silence', after: 'headers' },
  'stall-later': { kind: 'answer', fault: { kind: 'stall', events: 2 } },
  trickle: { kind: 'answer', writeBytes: 7, writeDelayMs: 2 },
  cut: { kind: 'answer', fault: { kind: 'cut', events: 2, bytes: 25 } },
  'cut-json': { kind: 'answer', fault: { kind: 'cut', bytes: 60 } },
  truncated: { kind: 'answer', fault: { kind: 'end', events: 2, bytes: 25 } },
  reset: { kind: 'reset' },
  '429': { kind: 'error', status: 429, retryAfterSeconds: 1 },
  '500': { kind: 'error', status: 500 },
  '529': { kind: 'error', status: 529, type: 'overloaded_error', message: 'Overloaded' },
  'error-200': { kind: 'error', status: 200 },
  'error-event': { kind: 'answer', errorAfterEvents: 3 },
  html: { kind: 'raw', status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>' },
  large: { kind: 'answer', textBytes: 20_000_000, chunks: 400 },
  'slow-headers': { kind: 'answer', headerDelayMs: 500 },
  'ignores-abort': { kind: 'answer', chunks: 20, chunkDelayMs: 50, ignoresAbort: true },
};

export function scenarioOf(request: RecordedRequest): Behaviour | undefined {
  const model = request.json()?.['model'];
  const ofModel = typeof model === 'string' ? /(?:^|-)mock-(.+)$/.exec(model)?.[1] : undefined;
  const name = request.header('x-mock-scenario') ?? ofModel;
  return name === undefined ? undefined : scenarios[name];
}
