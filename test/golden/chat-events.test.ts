// What a chat over the bridge is told of every golden stream, however the network cuts it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { dialects } from '../../proxy-core/src/dialects/registry.ts';
import { decodeChunks } from '../../proxy-core/src/dialects/testing/chat-events.ts';
import type { ChatEvent } from '../../proxy-core/src/domain/chat-codec.ts';
import { anyCuts, cutAt } from './cuts.ts';
import { goldenCases, type GoldenCase } from './golden-case.ts';

const isUpdating = process.env['UPDATE_GOLDEN'] === '1';
const streams = goldenCases().filter(({ isStream, status }) => isStream && status === 200);

function decode({ dialect }: GoldenCase, chunks: readonly Buffer[]): ChatEvent[] {
  const found = dialects.find(({ id }) => id === dialect);
  if (found === undefined) throw new Error(`no dialect ${dialect}`);
  return decodeChunks(found.chat, chunks);
}

function expectedEvents(golden: GoldenCase, events: readonly ChatEvent[]): unknown {
  const file = fileURLToPath(new URL(`./${golden.name}/events.json`, import.meta.url));
  if (isUpdating) writeFileSync(file, `${JSON.stringify(events, null, 2)}\n`);
  assert.ok(
    existsSync(file),
    'events.json is missing: run UPDATE_GOLDEN=1 npm test -- golden and read it',
  );
  return JSON.parse(readFileSync(file, 'utf8'));
}

describe('the events of a chat', () => {
  for (const golden of streams) {
    it(`of ${golden.name} are the recorded ones, however it is cut`, () => {
      const whole = decode(golden, [golden.upstream]);
      assert.deepEqual(whole, expectedEvents(golden, whole));
      fc.assert(
        fc.property(anyCuts(golden.upstream), (places) => {
          assert.deepEqual(decode(golden, cutAt(golden.upstream, places)), whole);
        }),
        { numRuns: 40 },
      );
    });
  }
});
