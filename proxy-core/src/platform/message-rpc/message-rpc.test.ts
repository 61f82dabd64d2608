import assert from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import { createRpcClient, type RpcClient, type RpcClientOptions } from './rpc-client.ts';
import type { CallHandlers } from './rpc-message.ts';
import { serveRpc, type RpcServer } from './rpc-server.ts';

interface Answer {
  readonly body: Buffer;
  readonly model: string;
}

interface Calls {
  add(a: number, b: number): number;
  later(value: string): string;
  echo(bytes: Buffer): Buffer;
  keep(answer: Answer): Answer;
  keepAll(answers: readonly Answer[]): readonly Answer[];
  fail(code: string): never;
  fingerprints(): Float64Array;
}

class CodedError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const handlers: CallHandlers<Calls> = {
  add: (a, b) => a + b,
  later: async (value) => {
    await new Promise((resolve) => setImmediate(resolve));
    return value;
  },
  echo: (bytes) => {
    assert.ok(Buffer.isBuffer(bytes));
    return bytes;
  },
  keep: (answer) => answer,
  keepAll: (answers) => answers,
  fail: (code) => {
    throw new CodedError(code, `failed with ${code}`);
  },
  fingerprints: () => Float64Array.of(1, 2 ** 47),
};

describe('calls over a message port', () => {
  const closers: (() => void)[] = [];

  function connect(
    options: RpcClientOptions = {},
    onClosed?: () => void,
  ): { client: RpcClient<Calls>; server: RpcServer } {
    const { port1, port2 } = new MessageChannel();
    const server = serveRpc<Calls>(port1, handlers, onClosed);
    const client = createRpcClient<Calls>(port2, options);
    closers.push(() => client.close());
    return { client, server };
  }

  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  it('return what the handler returns, at once or later', async () => {
    const { calls } = connect().client;
    assert.deepEqual(await Promise.all([calls.later('slow'), calls.add(1, 2)]), ['slow', 3]);
  });

  it('are not held back by a slow call before them', async () => {
    const { calls } = connect().client;
    const order: string[] = [];
    const slow = calls.later('slow').then((name) => order.push(name));
    const quick = calls.add(1, 2).then(() => order.push('quick'));
    await Promise.all([slow, quick]);
    assert.deepEqual(order, ['quick', 'slow']);
  });

  it('carry bytes as Buffers, alone and as members, without taking them from the sender', async () => {
    const { calls } = connect().client;
    const bytes = Buffer.from('a slice of a shared slab');
    const echoed = await calls.echo(bytes);
    assert.ok(Buffer.isBuffer(echoed));
    assert.equal(echoed.toString(), 'a slice of a shared slab');
    const kept = await calls.keep({ body: bytes, model: 'm' });
    assert.ok(Buffer.isBuffer(kept.body));
    assert.deepEqual(kept, { body: bytes, model: 'm' });
    const all = await calls.keepAll([kept, { body: Buffer.alloc(0), model: 'n' }]);
    assert.deepEqual(all, [kept, { body: Buffer.alloc(0), model: 'n' }]);
    assert.ok(all.every(({ body }) => Buffer.isBuffer(body)));
    assert.equal(bytes.toString(), 'a slice of a shared slab');
  });

  it('send a small slice without the slab behind it', async () => {
    const { calls } = connect().client;
    const slab = Buffer.alloc(100_000, 1);
    const echoed = await calls.echo(slab.subarray(10, 20));
    assert.equal(echoed.length, 10);
    assert.equal(echoed.buffer.byteLength, 10);
  });

  it('leave other typed arrays as they are', async () => {
    const { calls } = connect().client;
    assert.deepEqual(await calls.fingerprints(), Float64Array.of(1, 2 ** 47));
  });

  it('reject with the code and message of what the handler threw', async () => {
    const { calls } = connect().client;
    await assert.rejects(calls.fail('storage_failed'), {
      code: 'storage_failed',
      message: 'failed with storage_failed',
    });
  });

  it('reject with the error that the caller makes of them', async () => {
    const { calls } = connect({ createError: (code) => new RangeError(code) }).client;
    await assert.rejects(calls.fail('x'), new RangeError('x'));
  });

  it('reject where there is no such call, also for names that every object has', async () => {
    const { calls } = connect().client;
    const untyped = calls as unknown as Record<string, () => Promise<unknown>>;
    await assert.rejects(untyped['missing']!(), { code: 'not_found' });
    await assert.rejects(untyped['constructor']!(), { code: 'not_found' });
  });

  it('are rejected when the other end closes the port', async () => {
    const { client, server } = connect();
    const pending = client.calls.later('never');
    server.close();
    await assert.rejects(pending, { code: 'shutting_down' });
    await assert.rejects(client.calls.add(1, 1), { code: 'shutting_down' });
  });

  it('are rejected when the caller closes, and the server is told once', async () => {
    let closed = 0;
    const told = new Promise<void>((resolve) => {
      const { client } = connect({}, () => {
        closed += 1;
        resolve();
      });
      const pending = client.calls.later('never');
      client.close();
      void assert.rejects(pending, { code: 'shutting_down' });
    });
    await told;
    assert.equal(closed, 1);
  });

  it('can be awaited as an object without being taken for a promise', async () => {
    const { client } = connect();
    const calls = await Promise.resolve(client.calls);
    assert.equal(await calls.add(2, 2), 4);
  });
});
