import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { ExplainedSetting } from '../../settings/layers.ts';
import { layered } from '../../settings/testing/layer-text.ts';
import { createHttpServer, type HttpServer } from '../../platform/http-server/http-server.ts';
import type { ListenPlan } from '../protocol.ts';
import { openPort, type OpenPort } from './open-port.ts';

describe('the port that a core listens on', () => {
  let opened: HttpServer[];
  let strangers: Server[];

  const aPlan = (overrides: Partial<ListenPlan> = {}): ListenPlan => ({
    boundPort: null,
    patienceMs: 0,
    ownPort: null,
    mayChoose: false,
    ...overrides,
  });
  const open = async (
    plan: ListenPlan,
    port: number,
    layer: 'default' | 'file',
  ): Promise<OpenPort> => {
    const { settings } = layered({ yaml: `server: {port: ${port}}` });
    const explained: ExplainedSetting = { path: 'server.port', value: port, layer, source: layer };
    const createServerOn = (wanted: number): HttpServer =>
      createHttpServer(
        { host: '127.0.0.1', port: wanted, headersTimeoutMs: 1000, requestTimeoutMs: 1000 },
        { onRequest: (_request, response) => response.end(), describeClientError: () => '' },
      );
    const result = await openPort(
      {
        settings: { current: () => settings, explain: () => [explained] },
        createServer: createServerOn,
      },
      plan,
    );
    opened.push(result.http);
    return result;
  };
  const takePort = async (): Promise<{ port: number; server: Server }> => {
    const server = createServer().listen(0, '127.0.0.1');
    strangers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    return { port: (server.address() as AddressInfo).port, server };
  };
  const freePort = async (): Promise<number> => {
    const { port, server } = await takePort();
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  beforeEach(() => {
    opened = [];
    strangers = [];
  });
  afterEach(async () => {
    for (const http of opened) await http.close(0, () => undefined);
    for (const server of strangers) server.close();
  });

  it('is that of the settings', async () => {
    const port = await freePort();
    assert.deepEqual(
      { ...(await open(aPlan(), port, 'file')), http: 0 },
      { http: 0, port, isChosen: false },
    );
  });

  it('is the one that clients hold, whatever the settings say', async () => {
    const boundPort = await freePort();
    assert.equal((await open(aPlan({ boundPort }), 1, 'file')).port, boundPort);
  });

  it('is waited for while its last owner is just ending', async () => {
    const { port, server } = await takePort();
    setTimeout(() => server.close(), 60);
    assert.equal((await open(aPlan({ boundPort: port, patienceMs: 1500 }), 1, 'file')).port, port);
  });

  it('is another one where a stranger has the default and the host may choose', async () => {
    const { port } = await takePort();
    const result = await open(aPlan({ mayChoose: true }), port, 'default');
    assert.ok(result.isChosen && result.port !== port);
  });

  it('is never another one than the user has written down', async () => {
    const { port } = await takePort();
    await assert.rejects(open(aPlan({ mayChoose: true }), port, 'file'), { code: 'EADDRINUSE' });
    await assert.rejects(open(aPlan(), port, 'default'), { code: 'EADDRINUSE' });
  });

  it('is the one that was chosen before, until the user writes one down', async () => {
    const [ownPort, port] = [await freePort(), await freePort()];
    assert.equal((await open(aPlan({ ownPort }), port, 'default')).port, ownPort);
    assert.equal((await open(aPlan({ ownPort }), port, 'file')).port, port);
  });
});
