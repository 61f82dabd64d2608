import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { helloParams, rawPort, rawWebSocket, type RawClient } from '../testing/raw-client.ts';
import {
  controlToken,
  sessionToken,
  startBridge,
  type StartBridgeOptions,
  type StartedBridge,
} from '../testing/start-bridge.ts';

const config = { changed: [], lastError: null };
describe('the server of the bridge', () => {
  let bridge: StartedBridge;

  async function start(options?: StartBridgeOptions): Promise<void> {
    await bridge.close();
    bridge = await startBridge(options);
  }

  beforeEach(async () => {
    bridge = await startBridge();
  });
  afterEach(() => bridge.close());

  const carriers: Readonly<Record<string, () => Promise<RawClient>>> = {
    'a WebSocket': () => rawWebSocket(bridge.url, { token: controlToken }),
    'a port': async () => rawPort(bridge.port()),
  };

  for (const [name, connect] of Object.entries(carriers)) {
    describe(`over ${name}`, () => {
      let client: RawClient;
      beforeEach(async () => {
        client = await connect();
      });

      const greeted = async (): Promise<RawClient> => {
        await client.call('hello', helloParams);
        return client;
      };
      const refused = async (message: unknown): Promise<unknown[]> => {
        client.send(message);
        const { id, error } = await client.next();
        return [id, error?.code, error?.data?.code];
      };

      it('begins with hello', async () => {
        const early = await client.call('tokens.list');
        assert.deepEqual([early.error.code, early.error.data.code], [-32_600, 'bad_request']);
        const { result } = await client.call('hello', helloParams);
        assert.deepEqual(
          [result.version, result.protocol, result.seq],
          ['1.0.0', 'relaycore.v1', 0],
        );
        assert.deepEqual((await client.call('tokens.list')).result, { tokens: [] });
      });

      it('says what is wrong with a message, and goes on', async () => {
        await greeted();
        assert.deepEqual(await refused('{"jsonrpc":'), [null, -32_700, 'bad_request']);
        assert.deepEqual(await refused('[]'), [null, -32_600, 'bad_request']);
        assert.deepEqual(await refused('null'), [null, -32_600, 'bad_request']);
        assert.deepEqual(await refused({ id: 7, method: 'x' }), [7, -32_600, 'bad_request']);
        const noSuch = { jsonrpc: '2.0', id: 'a', method: 'toString' };
        assert.deepEqual(await refused(noSuch), ['a', -32_601, 'not_found']);
        const wrong = { jsonrpc: '2.0', id: 8, method: 'tokens.revoke', params: { name: 7 } };
        assert.deepEqual(await refused(wrong), [8, -32_602, 'bad_request']);
        const unknown = { jsonrpc: '2.0', id: 9, method: 'tokens.list', params: { more: 1 } };
        assert.deepEqual(await refused(unknown), [9, -32_602, 'bad_request']);
        assert.deepEqual((await client.call('tokens.list')).result, { tokens: [] });
      });

      it('does not answer what wants no answer', async () => {
        await greeted();
        client.send({ jsonrpc: '2.0', method: 'tokens.list' });
        assert.deepEqual((await client.call('config.get')).result, { config: {}, lastError: null });
      });

      it('names failures by their codes, and faults by nothing but that they are', async () => {
        await greeted();
        const { error } = await client.call('tokens.revoke', { name: 'x' });
        assert.deepEqual(error, {
          code: -32_000,
          message: 'There is no client token x.',
          data: { code: 'not_found', retryable: false },
        });
        const fault = (await client.call('config.explain')).error;
        assert.equal(fault.data.code, 'internal');
        assert.doesNotMatch(fault.message, /secret/);
        assert.equal(bridge.faults.length, 1);
      });

      it('gets the events that it asked for, and no other', async () => {
        await greeted();
        bridge.server.publish('config.changed', config);
        const answer = await client.call('events.subscribe', { names: ['config.changed'] });
        assert.deepEqual([answer.result.seq, answer.result.resync], [1, false]);
        bridge.server.publish('alert.raised', { severity: 'error', message: 'x' });
        bridge.server.publish('config.changed', config);
        assert.deepEqual(await client.next(), {
          jsonrpc: '2.0',
          method: 'config.changed',
          params: { ...config, seq: 3 },
        });
      });

      it('gets what it missed behind the answer, in order and before what is new', async () => {
        await greeted();
        const { epoch } = (await client.call('events.subscribe', {})).result;
        for (let i = 0; i < 5; i++) bridge.server.publish('config.changed', config);
        const again = await connect();
        await again.call('hello', helloParams);
        const since = { epoch, seq: 2 };
        const { result } = await again.call('events.subscribe', { since });
        bridge.server.publish('config.changed', config);
        assert.deepEqual(result, { epoch, seq: 5, resync: false });
        const seqs: number[] = [];
        while (seqs.at(-1) !== 6) seqs.push((await again.next()).params.seq as number);
        assert.deepEqual(seqs, [3, 4, 5, 6]);
      });

      it('is told when it comes from elsewhere', async () => {
        await greeted();
        const since = { epoch: 'of another core', seq: 5 };
        const { result } = await client.call('events.subscribe', { since });
        assert.deepEqual([result.seq, result.resync], [0, true]);
      });

      it('is closed when the core leaves, with its running calls answered', async () => {
        const held = Promise.withResolvers<{ tokens: [] }>();
        await start({ handlers: { 'tokens.list': () => held.promise } });
        client = await connect();
        await greeted();
        client.send({ jsonrpc: '2.0', id: 1, method: 'tokens.list' });
        await new Promise((resolve) => setTimeout(resolve, 20));
        const closing = bridge.server.close(5000, () => {});
        const late = await client.call('config.get');
        assert.equal(late.error.data.code, 'shutting_down');
        held.resolve({ tokens: [] });
        assert.deepEqual((await client.next()).result, { tokens: [] });
        await Promise.all([closing, client.closed]);
      });

      it('is cut off with its calls when they take longer than they may', async () => {
        let isAborted = false;
        await start({
          handlers: {
            'tokens.list': (_params, { signal }) =>
              new Promise((_resolve, reject) => {
                signal.addEventListener('abort', () => {
                  isAborted = true;
                  reject(new Error('ended'));
                });
              }),
          },
        });
        client = await connect();
        await greeted();
        client.send({ jsonrpc: '2.0', id: 1, method: 'tokens.list' });
        await new Promise((resolve) => setTimeout(resolve, 20));
        let cutOffs = 0;
        await bridge.server.close(10, () => {
          cutOffs += 1;
        });
        await client.closed;
        assert.deepEqual([isAborted, cutOffs], [true, 1]);
      });

      it('has a bound on calls that run at the same time', async () => {
        await start({ handlers: { 'tokens.list': () => new Promise(() => {}) } });
        client = await connect();
        await greeted();
        for (let id = 0; id < 130; id++) client.send({ jsonrpc: '2.0', id, method: 'tokens.list' });
        const refusals = [await client.next(), await client.next()];
        assert.deepEqual(
          refusals.map(({ id, error }) => [id, error.data]),
          [128, 129].map((id) => [id, { code: 'queue_full', retryable: true }]),
        );
      });

      it('is forgotten when it ends', async () => {
        await greeted();
        client.close();
        await client.closed;
        while (bridge.left.length === 0) await new Promise((resolve) => setImmediate(resolve));
        assert.equal(bridge.left.length, 1);
      });
    });
  }

  describe('the handshake', () => {
    async function statusOf(
      protocols: string[],
      headers: Record<string, string>,
    ): Promise<[number, string]> {
      const socket = new WebSocket(bridge.url, protocols, { headers });
      const [, response] = (await once(socket, 'unexpected-response')) as [
        unknown,
        AsyncIterable<Buffer> & { statusCode: number },
      ];
      let body = '';
      for await (const chunk of response) body += chunk.toString();
      return [response.statusCode, (JSON.parse(body) as { error: { code: string } }).error.code];
    }

    it('refuses a wrong token in the shape of the control plane', async () => {
      const headers = { authorization: 'Bearer rc_wrong' };
      assert.deepEqual(await statusOf(['relaycore.v1'], headers), [401, 'unauthenticated']);
      assert.deepEqual(await statusOf(['relaycore.v1'], {}), [401, 'unauthenticated']);
    });

    it('refuses who does not speak its subprotocol', async () => {
      const headers = { authorization: `Bearer ${controlToken}` };
      assert.deepEqual(await statusOf([], headers), [400, 'bad_request']);
      assert.deepEqual(await statusOf(['relaycore.v2'], headers), [400, 'bad_request']);
    });

    it('takes the token of a page among the subprotocols, and does not say it back', async () => {
      const protocols = ['relaycore.v1', `relaycore.token.${sessionToken}`];
      const client = await rawWebSocket(bridge.url, { protocols });
      assert.equal(client.socket.protocol, 'relaycore.v1');
      await client.call('hello', helloParams);
      assert.deepEqual((await client.call('config.get')).result, { config: {}, lastError: null });
      const { error } = await client.call('tokens.list');
      assert.deepEqual(error.data, { code: 'forbidden', retryable: false });
      client.close();
    });

    it('lets nobody in once the core leaves', async () => {
      await bridge.server.close(0, () => {});
      const socket = new WebSocket(bridge.url, ['relaycore.v1'], {
        headers: { authorization: `Bearer ${controlToken}` },
      });
      await once(socket, 'error');
      const port = rawPort(bridge.port());
      await port.closed;
    });
  });

  describe('a client that does not keep up', () => {
    const text = 'x'.repeat(10_000);
    const flood = (events: number): void => {
      for (let i = 0; i < events; i++) {
        bridge.server.publish('alert.raised', { severity: 'warning', message: text });
      }
    };

    it('is cut off by WebSocket when a mebibyte of events is unread, and resumes', async () => {
      const client = await rawWebSocket(bridge.url, { token: controlToken });
      await client.call('hello', helloParams);
      const { epoch } = (await client.call('events.subscribe', {})).result;
      client.socket.pause();
      // What the system's buffers take in does not count.
      for (let i = 0; i < 50 && bridge.left.length === 0; i++) {
        flood(100);
        await new Promise((resolve) => setImmediate(resolve));
      }
      client.socket.resume();
      await client.closed;
      const { seq } = bridge.server.position();
      const again = await rawWebSocket(bridge.url, { token: controlToken });
      await again.call('hello', helloParams);
      const { result } = await again.call('events.subscribe', { since: { epoch, seq: seq - 300 } });
      assert.deepEqual(result, { epoch, seq, resync: false });
      let last = seq - 300;
      while (last < seq) {
        const next: number = (await again.next()).params.seq;
        assert.equal(next, last + 1);
        last = next;
      }
      // The long answer of a resume is what it asked for: it is not cut off for it.
      flood(1);
      assert.equal((await again.next()).params.seq, seq + 1);
      again.close();
    });

    it('is cut off by port when it tells of nothing taken in', async () => {
      const client = rawPort(bridge.port());
      await client.call('hello', helloParams);
      await client.call('events.subscribe', {});
      flood(120);
      await client.closed;
    });

    it('is cut off when it does not answer pings', async () => {
      await start({ heartbeatMs: 80 });
      const deaf = await rawWebSocket(bridge.url, { token: controlToken });
      deaf.socket.pause();
      while (bridge.left.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const hearing = await rawWebSocket(bridge.url, { token: controlToken });
      for (let pings = 0; pings < 4; pings++) await once(hearing.socket, 'ping');
      assert.equal((await hearing.call('hello', helloParams)).id, 1000);
      deaf.socket.terminate();
      hearing.close();
    });

    it('may not send more than it may', async () => {
      const client = await rawWebSocket(bridge.url, { token: controlToken });
      client.send('x'.repeat(16 * 1024 * 1024 + 1));
      assert.equal(await client.closed, 1009);
      const other = await rawWebSocket(bridge.url, { token: controlToken });
      other.socket.send(Buffer.from('{}'));
      assert.equal(await other.closed, 1003);
    });
  });
});
