import assert from 'node:assert/strict';
import type { BackendState, CoreBackend } from './backend.ts';
import type { BridgeLink } from './bridge-link.ts';
import { createCoreHost, type CoreHost } from './core-host.ts';
import { CoreUnavailable } from './core-unavailable.ts';

const url = 'http://127.0.0.1:7352';
const leader = { pid: 7, version: '1.0.0', host: { kind: 'vscode', name: 'Cursor' } };

/** A back end and its bridge, moved by the test. */
function aBackend() {
  const stateListeners = new Set<(state: BackendState) => void>();
  const linkListeners = new Set<(state: BridgeLink['state']) => void>();
  const notified = new Map<string, Set<(params: never) => void>>();
  const calls: string[] = [];
  let state: BackendState = { kind: 'starting' };
  let linkState: BridgeLink['state'] = 'connecting';
  let isClosed = false;
  const link: BridgeLink = {
    get state() {
      return linkState;
    },
    onState(listener) {
      linkListeners.add(listener);
      return () => void linkListeners.delete(listener);
    },
    async call(name) {
      calls.push(name);
      return {} as never;
    },
    on(name, listener) {
      const listeners = notified.get(name) ?? new Set();
      notified.set(name, listeners);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {},
  };
  const backend: CoreBackend = {
    get state() {
      return state;
    },
    onState(listener) {
      stateListeners.add(listener);
      return () => void stateListeners.delete(listener);
    },
    connect: () => link,
    async close() {
      isClosed = true;
    },
  };
  return {
    backend,
    calls,
    isClosed: () => isClosed,
    become(next: BackendState) {
      state = next;
      for (const listener of stateListeners) listener(next);
    },
    link(next: BridgeLink['state']) {
      linkState = next;
      for (const listener of linkListeners) listener(next);
    },
    notify(name: string, params: unknown) {
      for (const listener of notified.get(name) ?? []) listener(params as never);
    },
  };
}

const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

describe('the core as features see it', () => {
  let backends: (ReturnType<typeof aBackend> | Error)[];
  let started: number;
  let waits: { readonly delayMs: number; end(): void }[];
  let faults: unknown[];
  let host: CoreHost;

  beforeEach(() => {
    backends = [];
    started = 0;
    waits = [];
    faults = [];
    host = createCoreHost(
      {
        async startBackend() {
          const next = backends[started];
          started += 1;
          if (next === undefined || next instanceof Error) throw next ?? new Error('no more');
          return next.backend;
        },
        wait: (delayMs, signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve());
            waits.push({ delayMs, end: resolve });
          }),
        onFault: (error) => faults.push(error),
      },
      { patienceMs: 5000, retryMs: 3000 },
    );
  });
  afterEach(() => host.close());

  async function startWith(...all: typeof backends): Promise<void> {
    backends.push(...all);
    host.start();
    await settle();
  }

  it('runs once the back end runs and the bridge is open', async () => {
    const one = aBackend();
    await startWith(one);
    assert.deepEqual(host.state, { kind: 'starting' });
    one.become({ kind: 'leading', url });
    assert.deepEqual(host.state, { kind: 'starting' });
    one.link('open');
    assert.deepEqual(host.state, { kind: 'leading', url });
  });

  it('tells every change once', async () => {
    const one = aBackend();
    const kinds: string[] = [];
    host.onState(({ kind }) => kinds.push(kind));
    await startWith(one);
    one.link('open');
    one.become({ kind: 'attached', url, leader });
    one.become({ kind: 'attached', url, leader });
    one.become({ kind: 'restarting', reason: 'It died.' });
    one.become({ kind: 'leading', url });
    one.link('connecting');
    assert.deepEqual(kinds, ['attached', 'restarting', 'leading', 'reconnecting']);
  });

  it('keeps listeners over a restart', async () => {
    const [one, other] = [aBackend(), aBackend()];
    let heard = 0;
    const stop = host.on('cache.changed', () => {
      heard += 1;
    });
    await startWith(one, other);
    one.notify('cache.changed', {});
    await host.restart();
    await settle();
    assert.equal(one.isClosed(), true);
    one.notify('cache.changed', {});
    other.notify('cache.changed', {});
    stop();
    other.notify('cache.changed', {});
    assert.equal(heard, 2);
  });

  it('lets a call wait for a core that is about to be there', async () => {
    const one = aBackend();
    await startWith(one);
    const call = host.call('status.get', {});
    await settle();
    assert.deepEqual(one.calls, []);
    one.become({ kind: 'leading', url });
    one.link('open');
    await call;
    assert.deepEqual(one.calls, ['status.get']);
  });

  it('says why there is no core when the waiting is over', async () => {
    await startWith(aBackend());
    const call = host.call('status.get', {});
    await settle();
    waits.at(-1)?.end();
    await assert.rejects(call, /still starting/);
  });

  it('does not wait where the user has to act first', async () => {
    const one = aBackend();
    await startWith(one);
    one.become({ kind: 'hung', leader, reason: 'End process 7.' });
    const call = host.call('status.get', {});
    await assert.rejects(call, (error) => error instanceof CoreUnavailable);
    await assert.rejects(host.call('status.get', {}), /End process 7\./);
  });

  it('tries again where nothing could be started', async () => {
    const one = aBackend();
    await startWith(new Error('The disk is full.'), one);
    assert.deepEqual(host.state, { kind: 'failed', reason: 'The disk is full.' });
    assert.equal(faults.length, 1);
    assert.equal(waits[0]?.delayMs, 3000);
    waits[0]?.end();
    await settle();
    one.become({ kind: 'leading', url });
    one.link('open');
    assert.equal(host.state.kind, 'leading');
  });

  it('runs one back end after several restarts at once', async () => {
    const all = [aBackend(), aBackend(), aBackend()];
    await startWith(...all);
    await Promise.all([host.restart(), host.restart()]);
    await settle();
    assert.deepEqual(
      all.map((one) => one.isClosed()),
      [true, true, false],
    );
    await host.close();
    await host.restart();
    assert.equal(started, 3);
  });

  it('ends what it started and is silent afterwards', async () => {
    const one = aBackend();
    const kinds: string[] = [];
    host.onState(({ kind }) => kinds.push(kind));
    await startWith(one);
    await host.close();
    one.become({ kind: 'leading', url });
    one.link('open');
    assert.equal(one.isClosed(), true);
    assert.deepEqual(kinds, ['stopped']);
  });
});
