import assert from 'node:assert/strict';
import type { DayUsage } from './day-usage.ts';
import { createFigures } from './figures.ts';
import { attached, leading, someUsage } from './testing/usage.ts';
import { tooltipCommands, tooltipOf, type TooltipInput } from './tooltip.ts';

describe('the tooltip of the meter', () => {
  const figures = createFigures('en-US');
  const usage: DayUsage = {
    totals: someUsage({
      requests: 110,
      failedRequests: 2,
      cacheHits: 38,
      cacheLookups: 100,
      inputTokens: 1000,
      cacheReadTokens: 20_000,
      outputTokens: 700,
      costNanoUsd: 4_180_000_000,
      savedByCacheNanoUsd: 1_360_000_000,
      savedByPromptCacheNanoUsd: 250_000_000,
    }),
    byModel: [{ name: 'claude_x', sums: someUsage({ costNanoUsd: 4e9, requests: 100 }) }],
    byAssistant: [{ name: null, sums: someUsage({ costNanoUsd: 4_180_000_000, requests: 110 }) }],
  };
  const tooltip = (input: Partial<TooltipInput> = {}): string =>
    tooltipOf({ state: leading, usage, cacheMode: 'on', notices: [], ...input }, figures);

  it('breaks the day down', () => {
    const text = tooltip();
    for (const line of [
      '| Cost | &emsp;**$4.18** |',
      '| Saved by the cache | &emsp;$1.36 |',
      '| Saved by prompt caches | &emsp;$0.2500 |',
      '| Answered by the cache | &emsp;38% (38 of 100) |',
      '| Requests | &emsp;110, 2 failed |',
      '| Tokens | &emsp;21K in, 700 out |',
      String.raw`| claude\_x | &emsp;$4.00 | &emsp;100 |`,
      '| *not known* | &emsp;$4.18 | &emsp;110 |',
    ]) {
      assert.ok(text.includes(line), `${line} is missing in\n${text}`);
    }
  });

  it('puts what is beyond the dearest five into one line', () => {
    const byModel = Array.from({ length: 8 }, (_, index) => ({
      name: `model ${index}`,
      sums: someUsage({ costNanoUsd: 1e9, requests: 2 }),
    }));
    const text = tooltip({ usage: { ...usage, byModel } });
    assert.match(text, /model 4/);
    assert.doesNotMatch(text, /model 5/);
    assert.ok(text.includes('| *3 more* | &emsp;$3.00 | &emsp;6 |'));
  });

  it('says where the core runs', () => {
    assert.match(tooltip(), /`127\.0\.0\.1:7352`, in this window/);
    assert.match(tooltip({ state: attached }), /in Cursor \(process 4711\)/);
  });

  it('calls a core without an editor a process of its own', () => {
    const host = { kind: 'headless', name: 'relaycore serve' };
    const state = { ...attached, leader: { pid: 4711, version: '1.0.0', host } };
    assert.match(tooltip({ state }), /`127\.0\.0\.1:7352`, a process of its own \(4711\)/);
  });

  it('explains the marks of estimates and unknown prices', () => {
    const totals = { ...usage.totals, estimatedRequests: 1, unpricedRequests: 3 };
    const text = tooltip({ usage: { ...usage, totals } });
    assert.match(text, /≈ 1 request estimated/);
    assert.match(text, /\+ 3 requests of unknown price/);
  });

  it('says what to do first where nothing has happened yet', () => {
    const text = tooltip({
      usage: { totals: someUsage({ requests: 0 }), byModel: [], byAssistant: [] },
    });
    assert.match(
      text,
      /No requests yet\. \[Create a client token\]\(command:relaycore\.createClientToken\)/,
    );
  });

  it('shows notices of the core as text', () => {
    assert.match(tooltip({ notices: ['No disk [x](y)'] }), /No disk \\\[x\\\]\\\(y\\\)/);
  });

  it('offers what helps where there is no core', () => {
    const text = tooltip({ state: { kind: 'failed', reason: 'Port 7352 is taken.' } });
    assert.match(text, /Port 7352 is taken\\\./);
    assert.match(text, /command:relaycore\.restartProxy/);
    assert.match(
      tooltip({ state: { kind: 'restarting', reason: 'Died.' } }),
      /tried again by itself/,
    );
  });

  it('links to no command that the editor would not let through', () => {
    const states = [
      leading,
      { kind: 'starting' },
      { kind: 'stopped' },
      { kind: 'failed', reason: '' },
      { kind: 'hung', leader: null, reason: '' },
      { kind: 'restarting', attempt: 1, reason: '' },
    ] as const;
    const links = states.flatMap((state) => [
      ...tooltip({ state }).matchAll(/command:([A-Za-z.]+)/g),
    ]);
    const allowed = new Set<string>(tooltipCommands);
    assert.deepEqual(
      links.filter(([, command]) => !allowed.has(command ?? '')),
      [],
    );
    assert.ok(links.length > 6);
  });
});
