import assert from 'node:assert/strict';
import { noUsageSums } from '../../contract/no-usage-sums.ts';
import type { CacheMode } from '../../contract/bridge/cache-calls.ts';
import type { BridgeCaller } from '../../contract/bridge/handlers.ts';
import type { ProviderInfo } from '../../contract/bridge/settings-calls.ts';
import { createControlGate } from '../access/control-gate.ts';
import { memoryPorts, startedAt } from '../testing/start-control-plane.ts';
import { createBridgeHandlers, type CoreCalls } from './bridge-handlers.ts';
import { createWindows } from './windows.ts';
import type { BridgeDependencies } from './ports.ts';

const openai: ProviderInfo = {
  ...{ id: 'openai', status: 'ok', circuit: 'closed', latencyMs: 1, type: 'openai' },
  ...{ baseUrl: 'https://api.openai.com/v1', dialects: ['openai'], models: [] },
  ...{ isEnabled: true, needsKey: true, hasKey: true },
};

const caller = (id: number): BridgeCaller => ({
  id,
  signal: new AbortController().signal,
  notify() {},
});

describe('the calls of the bridge', () => {
  const published: [string, unknown][] = [];
  let mode: CacheMode;

  beforeEach(() => {
    published.length = 0;
    mode = { enabled: true, mode: 'deterministic' };
  });

  function callsOver(changes: Partial<BridgeDependencies> = {}): CoreCalls {
    const ports = memoryPorts();
    return createBridgeHandlers({
      ...ports,
      gate: createControlGate(ports),
      reportFault() {},
      host: { kind: 'vscode', name: 'VS Code' },
      windows: createWindows(),
      url: () => 'http://127.0.0.1:7352',
      isLeading: () => true,
      events: {
        position: () => ({ epoch: 'e', seq: 4 }),
        publish: (name, body) => published.push([name, body]),
      },
      cacheControl: { mode: () => mode, bypassNext: () => startedAt + 1 },
      providers: { list: () => [openai], test: async () => null },
      secrets: { offer: () => [] },
      usageToday: async () => ({ from: 1, to: null, totals: noUsageSums, hitRate: null }),
      yieldTo: () => ({ outcome: 'refused', reason: 'Because.' }),
      ...changes,
    });
  }

  const client = { kind: 'vscode', name: 'VS Code', version: '1.105.0' };

  it('know the windows from hello to the end of the connection', async () => {
    const { handlers, onLeft } = callsOver();
    const hello = await handlers.hello({ client: { ...client, workspace: 'shop' } }, caller(1));
    assert.deepEqual([hello.epoch, hello.seq, hello.leader], ['e', 4, true]);
    await handlers.hello({ client }, caller(2));
    const state = { workspace: 'blog', branch: 'main', focused: true };
    await handlers['window.update'](state, caller(2));
    const names = async (): Promise<unknown> => {
      const { windows } = await handlers['status.get']({}, caller(1));
      return windows.map(({ id, workspace, branch, isFocused }) => [
        ...[id, workspace, branch, isFocused],
      ]);
    };
    assert.deepEqual(await names(), [
      [1, 'shop', null, false],
      [2, 'blog', 'main', true],
    ]);
    onLeft(1);
    await handlers['window.update'](state, caller(1));
    assert.deepEqual(await names(), [[2, 'blog', 'main', true]]);
  });

  it('ask the ledger where the question is narrower than today', async () => {
    const queries: unknown[] = [];
    const totals = { ...noUsageSums, cacheHits: 1, cacheLookups: 4 };
    const { handlers } = callsOver({
      ledger: {
        ...memoryPorts().ledger,
        async usage(query) {
          queries.push(query);
          return { from: null, to: null, groupBy: null, totals, groups: [] };
        },
      },
    });
    const today = await handlers['usage.summary']({}, caller(1));
    assert.deepEqual([today.from, queries], [1, []]);
    const shop = await handlers['usage.summary']({ workspace: 'shop', to: 99 }, caller(1));
    const from = new Date(startedAt).setHours(0, 0, 0, 0);
    assert.deepEqual([shop.from, shop.to, shop.hitRate], [from, 99, 0.25]);
    assert.deepEqual(queries, [{ workspace: 'shop', to: 99, from }]);
  });

  it('tell everybody what was done to the cache', async () => {
    const filters: unknown[] = [];
    const { handlers } = callsOver({
      cache: {
        ...memoryPorts().cache,
        clear: async (filter) => filters.push(filter),
      },
    });
    const clear = { scope: 'model', value: 'gpt-5', olderThanSeconds: 60 } as const;
    assert.deepEqual(await handlers['cache.clear'](clear, caller(1)), { cleared: 1 });
    assert.deepEqual(filters, [{ model: 'gpt-5', createdBefore: startedAt - 60_000 }]);
    await handlers['cache.bypassNext']({}, caller(1));
    assert.deepEqual(published, [
      ['cache.changed', { ...mode, reason: 'cleared', cleared: 1 }],
      ['cache.changed', { ...mode, reason: 'bypass', cleared: null }],
    ]);
  });

  it('switch the cache by a setting that is not saved', async () => {
    const patches: unknown[] = [];
    const { handlers } = callsOver({
      settings: {
        ...memoryPorts().settings,
        async patch(change, options) {
          patches.push([change, options]);
          mode = { ...mode, enabled: false };
          return { overridden: [] };
        },
      },
    });
    const off = await handlers['cache.setMode']({ enabled: false }, caller(1));
    assert.equal(off.enabled, false);
    assert.deepEqual(patches, [[{ cache: { enabled: false } }, { persist: false }]]);
  });

  it('change no setting that a person has to confirm', async () => {
    const { handlers } = callsOver();
    const patch = { server: { host: '0.0.0.0' } };
    await assert.rejects(
      async () => handlers['config.patch']({ patch, persist: true }, caller(1)),
      { code: 'forbidden' },
    );
  });

  it('say which providers there are where one is asked for that is not there', async () => {
    const { handlers } = callsOver();
    await assert.rejects(async () => handlers['providers.test']({ provider: 'x' }, caller(1)), {
      code: 'not_found',
      message: 'No provider x is in service. There are: openai.',
    });
  });

  it('find what is wrong, the worst first', async () => {
    const findings = async (changes: Partial<BridgeDependencies>): Promise<string[]> => {
      const answer = await callsOver(changes).handlers['doctor.findings']({}, caller(1));
      return answer.findings.map(({ id, severity }) => `${severity} ${id}`);
    };
    assert.deepEqual(await findings({}), [
      'info no-client-token',
      'ok configuration',
      'ok provider-keys',
      'ok cache',
      'ok address',
    ]);
    mode = { ...mode, enabled: false };
    const lastError = 'config.yaml:1:1: no.';
    const refusal = `The configuration is not in effect: ${lastError}`;
    const down: ProviderInfo = { ...openai, hasKey: false, status: 'down' };
    const demo: ProviderInfo = { ...openai, id: 'demo', type: 'demo', needsKey: false };
    const unused: ProviderInfo = { ...openai, id: 'other', isEnabled: false, hasKey: false };
    const keyless: ProviderInfo = { ...openai, id: 'third', hasKey: false };
    const bad = await findings({
      settings: { ...memoryPorts().settings, lastError: () => lastError },
      status: () => ({ ...memoryPorts().status(), notices: [refusal, 'The disk is full.'] }),
      providers: { list: () => [down, demo, unused, keyless], test: async () => null },
      url: () => 'http://127.0.0.1:20000',
    });
    assert.deepEqual(bad, [
      'error configuration-refused',
      'error provider-failing',
      'warning notice',
      'warning no-provider-key',
      'info provider-without-key',
      'info cache-off',
      'info no-client-token',
      'info other-port',
    ]);
  });

  it('give a ticket that opens the page', async () => {
    const { url, path, ticket } = await callsOver().handlers['ui.ticket']({}, caller(1));
    assert.equal(path, `/ui#ticket=${ticket}`);
    assert.equal(url, `http://127.0.0.1:7352${path}`);
  });
});
