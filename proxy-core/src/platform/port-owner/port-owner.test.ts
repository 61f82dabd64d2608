import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { findPortOwner } from './port-owner.ts';

describe('the owner of a port', () => {
  it('is found on Linux, and nowhere claimed without knowing', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const owner = await findPortOwner(port);
    assert.equal(owner?.pid, process.platform === 'linux' ? process.pid : undefined);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await findPortOwner(port), null);
  });
});
