import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { helloParams, rawPort, rawWebSocket } from '../testing/raw-client.ts';
import { controlToken, startBridge, type StartedBridge } from '../testing/start-bridge.ts';

describe('the bridge among hostile clients', () => {
  let bridge: StartedBridge;

  beforeEach(async () => {
    bridge = await startBridge();
  });
  afterEach(() => bridge.close());

  /** An upgrade request by hand, and what is sent on without waiting for its answer. */
  function handshake(token: string, behind: Uint8Array = Buffer.alloc(0)): Socket {
    const { port } = new URL(bridge.url);
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    const head = [
      'GET /bridge HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${token}`,
      ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
      ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Protocol: relaycore.v1'],
    ];
    socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), behind]));
    return socket;
  }

  async function serves(): Promise<void> {
    const client = await rawWebSocket(bridge.url, { token: controlToken });
    await client.call('hello', helloParams);
    assert.deepEqual((await client.call('tokens.list')).result, { tokens: [] });
    client.close();
    await client.closed;
  }

  it('ends a refused connection that its client leaves half open', async () => {
    const socket = handshake('wrong');
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    await once(socket, 'end');
    assert.match(text, /^HTTP\/1.1 401 /);
    // To a connection that is gone for good nothing can be written any more.
    while (!socket.destroyed) {
      socket.write('still there?');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it('outlives every sequence of bytes behind the handshake', async () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(frames, fc.boolean(), async (parts, isAtOnce) => {
        const bytes = Buffer.concat(parts);
        const socket = handshake(controlToken, isAtOnce ? bytes : undefined);
        socket.resume();
        if (!isAtOnce) {
          await once(socket, 'data');
          socket.write(bytes);
        }
        const before = bridge.left.length;
        socket.destroy();
        if (!isAtOnce) while (bridge.left.length === before) await turn();
      }),
      { numRuns: 60 },
    );
    await serves();
  });

  it('answers whatever JSON may stand in a message, or says what is wrong with it', async () => {
    const client = await rawWebSocket(bridge.url, { token: controlToken });
    await client.call('hello', helloParams);
    const message = fc.oneof(
      fc.json(),
      fc.record(
        {
          jsonrpc: fc.constantFrom('2.0', '1.0', 2),
          id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.object()),
          method: fc.constantFrom('tokens.list', 'events.subscribe', '__proto__', 'constructor'),
          params: fc.oneof(fc.object(), fc.jsonValue(), fc.constant({ since: { seq: -1 } })),
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(message, async (sent) => {
        client.send(sent);
        const { error, result } = await client.call('config.get');
        assert.deepEqual([error, result], [undefined, { config: {}, lastError: null }]);
      }),
      { numRuns: 200 },
    );
    assert.deepEqual(bridge.faults, []);
    client.close();
  });

  it('takes calls that come in one piece with the greeting', async () => {
    const client = rawPort(bridge.port());
    client.send({ jsonrpc: '2.0', id: 1, method: 'hello', params: helloParams });
    client.send({ jsonrpc: '2.0', id: 2, method: 'tokens.list' });
    const answers = [await client.next(), await client.next()];
    assert.deepEqual(
      answers.map(({ error }) => error),
      [undefined, undefined],
    );
  });

  it('counts as asked for only what is unread of it', async () => {
    const config = { text: 'x'.repeat(5_000_000) };
    await bridge.close();
    bridge = await startBridge({ handlers: { 'config.get': () => ({ config, lastError: null }) } });
    const port = bridge.port();
    const client = rawPort(port);
    await client.call('hello', helloParams);
    await client.call('events.subscribe', {});
    await client.call('config.get');
    // Nearly everything is taken in, but never all, and then events nobody reads.
    port.postMessage({ received: 5_000_000 });
    const message = 'x'.repeat(10_000);
    const publish = (): void =>
      bridge.server.publish('alert.raised', { severity: 'warning', message });
    // By then the receipt has been read.
    await client.call('tokens.list');
    for (let i = 0; i < 250; i++) publish();
    await client.closed;
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
