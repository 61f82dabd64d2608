import assert from 'node:assert/strict';
import { BridgeError } from '../bridge-error.ts';
import { controlToken, startBridge, type StartedBridge } from '../testing/start-bridge.ts';
import { startClient, type BridgeClient, type BridgeClientOptions } from './bridge-client.ts';
import { createPortTransport } from './port-transport.ts';
import type { Dial, Transport } from './transport.ts';
import { openWebSocket } from './websocket-transport.ts';

const config = { changed: ['cache.enabled'], lastError: null };

describe('the client of the bridge', () => {
  /** Replaced where a test lets another core lead. */
  let bridge: StartedBridge;
  let client: BridgeClient;
  /** The transport of the connection that is open. */
  let transport: Transport;
  let isReachable: boolean;

  const dials: Readonly<Record<string, Dial>> = {
    'a WebSocket': (listener, signal) =>
      openWebSocket({ url: bridge.url, controlToken }, listener, signal),
    'a port': async (listener) => createPortTransport(bridge.port(), listener),
  };

  function connect(dial: Dial, options: Partial<BridgeClientOptions> = {}): void {
    client = startClient(
      { client: { kind: 'cli', name: 'test', version: '1' }, ...options },
      async (listener, signal) => {
        if (!isReachable) throw new BridgeError('upstream_unreachable', 'Nobody is there.');
        transport = await dial(listener, signal);
        return transport;
      },
    );
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  beforeEach(async () => {
    bridge = await startBridge();
    isReachable = true;
  });
  afterEach(async () => {
    client.close();
    await bridge.close();
  });

  for (const [name, dial] of Object.entries(dials)) {
    describe(`over ${name}`, () => {
      it('calls once it is connected', async () => {
        connect(dial);
        assert.equal(client.state, 'connecting');
        assert.deepEqual(await client.call('tokens.list', {}), { tokens: [] });
        assert.equal(client.state, 'open');
        assert.equal(client.hello?.version, '1.0.0');
      });

      it('rejects with the core’s code and message', async () => {
        connect(dial);
        await assert.rejects(client.call('tokens.revoke', { name: 'x' }), {
          name: 'BridgeError',
          code: 'not_found',
          retryable: false,
          message: 'There is no client token x.',
        });
      });

      it('passes events on to whoever listens, and fills nothing in', async () => {
        connect(dial);
        const heard: unknown[] = [];
        client.on('config.changed', (event) => heard.push(event));
        await client.call('config.get', {});
        bridge.server.publish('config.changed', config);
        bridge.server.publish('alert.raised', { severity: 'error', message: 'x' });
        await client.call('config.get', {});
        assert.deepEqual(heard, [{ ...config, seq: 1 }]);
      });

      it('hears of what somebody asks for later, from then on, and not of what nobody wants any more', async () => {
        connect(dial);
        await client.call('config.get', {});
        const heard: string[] = [];
        const stop = client.on('config.changed', ({ seq }) => heard.push(`config ${seq}`));
        await client.call('config.get', {});
        bridge.server.publish('config.changed', config);
        await until(() => heard.length === 1);
        client.on('alert.raised', ({ seq }) => heard.push(`alert ${seq}`));
        stop();
        await client.call('config.get', {});
        bridge.server.publish('config.changed', config);
        bridge.server.publish('alert.raised', { severity: 'error', message: 'x' });
        await until(() => heard.length === 2);
        assert.deepEqual(heard, ['config 1', 'alert 3']);
      });

      it('hears of what somebody asks for while it is just connecting', async () => {
        const heard: string[] = [];
        let isFirst = true;
        connect(async (listener, signal) => {
          const carrier = await dial(listener, signal);
          return {
            close: () => carrier.close(),
            send(text) {
              carrier.send(text);
              if (!isFirst || !text.includes('events.subscribe')) return;
              // That subscription is on its way without this name.
              isFirst = false;
              client.on('alert.raised', ({ seq }) => heard.push(`alert ${seq}`));
            },
          };
        });
        client.on('config.changed', ({ seq }) => heard.push(`config ${seq}`));
        await client.call('config.get', {});
        bridge.server.publish('config.changed', config);
        bridge.server.publish('alert.raised', { severity: 'error', message: 'x' });
        await until(() => heard.length === 2);
        assert.deepEqual(heard, ['config 1', 'alert 2']);
      });

      it('loses and repeats nothing over many reconnects', async () => {
        connect(dial);
        const seqs: number[] = [];
        let resyncs = 0;
        client.on('config.changed', ({ seq }) => seqs.push(seq));
        client.onResync(() => (resyncs += 1));
        await client.call('config.get', {});
        for (let round = 0; round < 10; round++) {
          for (let i = 0; i < 20; i++) bridge.server.publish('config.changed', config);
          transport.close();
          for (let i = 0; i < 20; i++) bridge.server.publish('config.changed', config);
          await until(() => client.state === 'connecting');
          client.retry();
          await until(() => client.state === 'open');
        }
        await until(() => seqs.at(-1) === 400);
        assert.deepEqual(
          seqs,
          Array.from({ length: 400 }, (_, i) => i + 1),
        );
        assert.equal(resyncs, 0);
      });

      it('goes over to the core that leads then, and says that events were lost', async () => {
        connect(dial);
        const states: string[] = [];
        const heard: number[] = [];
        let resyncs = 0;
        client.on('config.changed', ({ seq }) => heard.push(seq));
        await client.call('config.get', {});
        bridge.server.publish('config.changed', config);
        await until(() => heard.length === 1);
        client.onState((state) => states.push(`${state} ${client.problem?.message ?? ''}`));
        client.onResync(() => (resyncs += 1));
        isReachable = false;
        await bridge.close();
        await until(() => client.problem !== null);
        bridge = await startBridge();
        isReachable = true;
        await until(() => client.state === 'open');
        bridge.server.publish('config.changed', config);
        await until(() => heard.length === 2);
        assert.deepEqual(heard, [1, 1]);
        assert.equal(resyncs, 1);
        assert.deepEqual(states, ['connecting ', 'connecting Nobody is there.', 'open ']);
      });

      it('lets calls wait for a core, for a while', async () => {
        isReachable = false;
        connect(dial, { waitForCoreMs: 60 });
        await assert.rejects(client.call('config.get', {}), {
          code: 'upstream_unreachable',
          retryable: true,
          message: 'Nobody is there.',
        });
        const waiting = client.call('config.get', {});
        isReachable = true;
        client.retry();
        assert.deepEqual(await waiting, { config: {}, lastError: null });
      });

      it('fails calls that the connection did not outlive', async () => {
        await bridge.close();
        bridge = await startBridge({ handlers: { 'tokens.list': () => new Promise(() => {}) } });
        connect(dial);
        await client.call('config.get', {});
        const call = client.call('tokens.list', {});
        await new Promise((resolve) => setTimeout(resolve, 10));
        transport.close();
        await assert.rejects(call, { code: 'shutting_down', retryable: true });
      });

      it('stops waiting when the caller does', async () => {
        await bridge.close();
        bridge = await startBridge({ handlers: { 'tokens.list': () => new Promise(() => {}) } });
        isReachable = false;
        connect(dial);
        const reason = new Error('enough');
        const early = new AbortController();
        const waiting = client.call('config.get', {}, { signal: early.signal });
        early.abort(reason);
        await assert.rejects(waiting, reason);
        isReachable = true;
        client.retry();
        await client.call('config.get', {});
        const late = new AbortController();
        const running = client.call('tokens.list', {}, { signal: late.signal });
        late.abort(reason);
        await assert.rejects(running, reason);
      });

      it('hands what a listener throws to its owner, and goes on', async () => {
        const faults: unknown[] = [];
        connect(dial, { onFault: (error) => faults.push(error) });
        const fault = new Error('of a listener');
        let heard = 0;
        client.on('config.changed', () => {
          throw fault;
        });
        client.on('config.changed', () => (heard += 1));
        await client.call('config.get', {});
        bridge.server.publish('config.changed', config);
        await until(() => heard === 1);
        assert.deepEqual(faults, [fault]);
      });

      it('is over once it is closed', async () => {
        connect(dial);
        await client.call('config.get', {});
        const states: string[] = [];
        client.onState((state) => states.push(state));
        client.close();
        client.close();
        await assert.rejects(client.call('config.get', {}), { code: 'shutting_down' });
        await until(() => bridge.left.length === 1);
        assert.deepEqual(states, ['closed']);
      });

      it('does not take an answer in a form that it does not know', async () => {
        await bridge.close();
        bridge = await startBridge({ handlers: { 'tokens.list': () => ({ tokens: 7 }) as never } });
        connect(dial);
        await assert.rejects(client.call('tokens.list', {}), { code: 'upstream_invalid' });
      });
    });
  }

  describe('while it is behind', () => {
    it('is not cut off by port while it takes everything in', async () => {
      connect(dials['a port']!);
      let heard = 0;
      client.on('alert.raised', () => (heard += 1));
      await client.call('config.get', {});
      for (let round = 1; round <= 30; round++) {
        for (let i = 0; i < 10; i++) {
          const message = 'x'.repeat(10_000);
          bridge.server.publish('alert.raised', { severity: 'warning', message });
        }
        await until(() => heard === round * 10);
      }
      assert.equal(bridge.left.length, 0);
    });
  });
});
