// The bridge of a real core, as its clients use it: the same suite over a port within the process and over
// WebSocket, then what only a socket can do wrong.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { connectBridge, type BridgeClient } from '../../jetbrains-bridge/src/client/index.ts';
import { helloParams, rawWebSocket } from '../../jetbrains-bridge/src/testing/raw-client.ts';
import { startCore, type Core } from '../../proxy-core/src/composition.ts';
import type {
  BridgeNotificationName,
  BridgeNotificationParams,
} from '../../proxy-core/src/contract/bridge/index.ts';
import { createChatClient, type ChatClient } from '../support/chat-client.ts';
import { aConfig } from '../support/core-config.ts';
import { startMockProvider, type MockProvider } from '../support/mock-provider.ts';
import { sendRaw } from '../support/raw-http.ts';
import { runCore, storedKeys } from '../support/run-core.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const comment = '# Kept by hand.';
const me = { kind: 'vscode', name: 'Test', version: '1', workspace: 'shop' };

describe('the bridge of a core', () => {
  let mock: MockProvider;
  let folder: TemporaryFolder;
  let core: Core;
  let url: string;
  let ask: ChatClient;

  before(async () => {
    mock = await startMockProvider();
    folder = temporaryFolder('bridge');
    // The keys are those that OpenAI's own tools use: what an IDE offers goes before them.
    const providers = { openai: { baseUrl: `${mock.url}/v1` } };
    const config = JSON.stringify({ providers, log: { level: 'warn' } }, null, 2);
    writeFileSync(configFile(), `${comment}\n${config.replace('"log"', `${comment}\n  "log"`)}\n`);
    core = await startCore({
      dataDir: folder.path,
      configFile: null,
      portOverride: 0,
      environment: storedKeys,
      useEnvironment: false,
      host: { kind: 'vscode', name: 'Visual Studio Code' },
      stderr: null,
    });
    url = core.url ?? '';
    const bridge = connectBridge({ dataDir: folder.path, client: me });
    const { token } = await bridge.call('tokens.create', { name: 'assistant' });
    bridge.close();
    ask = createChatClient({ url }, token);
  });

  after(async () => {
    await core.close();
    folder.remove();
    await mock.close();
  });

  beforeEach(() => mock.reset());

  function configFile(): string {
    return join(folder.path, 'config.yaml');
  }

  function controlToken(): string {
    return readFileSync(join(folder.path, 'token'), 'utf8').trim();
  }

  /** Waits for the next notification that fits. */
  function heard<N extends BridgeNotificationName>(
    bridge: BridgeClient,
    name: N,
    fits: (params: BridgeNotificationParams<N>) => boolean,
  ): Promise<BridgeNotificationParams<N>> {
    return new Promise((resolve) => {
      const stop = bridge.on(name, (params) => {
        if (!fits(params)) return;
        stop();
        resolve(params);
      });
    });
  }

  async function outcomeOf(body: object, path = '/v1/chat/completions'): Promise<string | null> {
    const response = await ask({ temperature: 0, ...body }, { path });
    await response.text();
    return response.headers.get('x-relaycore-cache');
  }

  const carriers: Readonly<Record<string, () => BridgeClient>> = {
    'a port within the process': () =>
      connectBridge({
        // Where the port failed, nothing would be found here.
        dataDir: join(folder.path, 'nowhere'),
        bridgePort: () => core.bridgePort(),
        client: me,
      }),
    WebSocket: () => connectBridge({ dataDir: folder.path, client: me }),
  };

  for (const [name, connect] of Object.entries(carriers)) {
    describe(`over ${name}`, () => {
      let bridge: BridgeClient;
      before(() => {
        bridge = connect();
      });
      after(() => bridge.close());

      /** A question that nobody has asked yet. */
      let asked = 0;
      const question = (): object => {
        asked += 1;
        return { messages: [{ role: 'user', content: `${name} ${asked}` }] };
      };

      it('says who leads, and who is there', async () => {
        const status = await bridge.call('status.get', {});
        assert.equal(bridge.hello?.protocol, 'relaycore.v1');
        assert.equal(bridge.hello?.url, url);
        assert.deepEqual([status.leader, status.pid, status.url], [true, process.pid, url]);
        assert.deepEqual(status.cache, { enabled: true, mode: 'deterministic' });
        await bridge.call('window.update', { workspace: 'blog', branch: 'main', focused: true });
        const { windows } = await bridge.call('status.get', {});
        const { workspace, branch, isFocused } = windows.at(-1) ?? {};
        assert.deepEqual([workspace, branch, isFocused], ['blog', 'main', true]);
      });

      it("puts the branch of a workspace's window into the rows of its requests", async () => {
        await bridge.call('window.update', { workspace: 'blog', branch: 'draft', focused: true });
        const completed = heard(
          bridge,
          'request.completed',
          ({ request }) => request.workspace === 'blog',
        );
        await bridge.call('status.get', {});
        await outcomeOf(question(), '/w/blog/v1/chat/completions');
        assert.equal((await completed).request.branch, 'draft');
      });

      it('tells of each request, and what today has cost with it', async () => {
        const before = await bridge.call('usage.summary', {});
        const completed = heard(bridge, 'request.completed', () => true);
        const changed = heard(
          bridge,
          'usage.changed',
          ({ totals }) => totals.requests === before.totals.requests + 1,
        );
        await bridge.call('status.get', {});
        assert.equal(await outcomeOf(question()), 'miss');
        const { request } = await completed;
        assert.deepEqual(
          [request.provider, request.cacheOutcome, request.outcome],
          ['openai', 'miss', 'completed'],
        );
        const { totals, from } = await changed;
        assert.equal(from, new Date().setHours(0, 0, 0, 0));
        assert.equal(
          totals.costNanoUsd - before.totals.costNanoUsd,
          request.costNanoUsd,
          'the meter moves by what the request cost',
        );
        assert.deepEqual((await bridge.call('usage.summary', {})).totals, totals);
        const inLedger = await until('the row in the ledger', async () => {
          const report = await bridge.call('usage.summary', { from });
          return report.totals.requests === totals.requests ? report : null;
        });
        assert.deepEqual(inLedger.totals, totals);
      });

      it('counts what repeats save', async () => {
        const body = question();
        assert.deepEqual([await outcomeOf(body), await outcomeOf(body)], ['miss', 'hit']);
        const { totals, hitRate } = await bridge.call('usage.summary', {});
        assert.ok(totals.cacheHits > 0 && totals.savedByCacheNanoUsd > 0);
        assert.equal(hitRate, totals.cacheHits / totals.cacheLookups);
        const { groups } = await bridge.call('usage.series', { groupBy: 'provider' });
        assert.deepEqual(
          groups.map(({ key }) => key),
          ['openai'],
        );
        const { requests } = await bridge.call('usage.requests', { limit: 1 });
        assert.equal(requests.length, 1);
      });

      it('clears the cache', async () => {
        const body = question();
        const told = heard(bridge, 'cache.changed', ({ reason }) => reason === 'cleared');
        await outcomeOf(body);
        assert.equal(await outcomeOf(body), 'hit');
        const { cleared } = await bridge.call('cache.clear', {});
        assert.ok(cleared >= 1);
        assert.equal((await told).cleared, cleared);
        assert.equal(await outcomeOf(body), 'miss');
        const { memory, hits } = await bridge.call('cache.stats', {});
        assert.ok(memory.entries >= 1 && hits >= 1);
      });

      it('switches the cache off and on, without saving it', async () => {
        const body = question();
        const text = readFileSync(configFile(), 'utf8');
        await outcomeOf(body);
        const told = heard(bridge, 'cache.changed', ({ reason }) => reason === 'mode');
        const off = { enabled: false, mode: 'deterministic' };
        assert.deepEqual(await bridge.call('cache.setMode', { enabled: false }), off);
        assert.equal((await told).enabled, false);
        assert.equal(await outcomeOf(body), 'bypass');
        await bridge.call('cache.setMode', { enabled: true });
        assert.equal(await outcomeOf(body), 'hit');
        assert.equal(readFileSync(configFile(), 'utf8'), text);
      });

      it('has the next request fetched anew, of the workspace if one is given', async () => {
        const body = question();
        await outcomeOf(body);
        await bridge.call('cache.bypassNext', {});
        const outcomes = [await outcomeOf(body), await outcomeOf(body)];
        assert.deepEqual(outcomes, ['bypass', 'hit']);
        const path = '/w/shop/v1/chat/completions';
        await outcomeOf(body, path);
        await bridge.call('cache.bypassNext', { workspace: 'shop' });
        assert.equal(await outcomeOf(body), 'hit', 'another workspace is not concerned');
        assert.deepEqual(
          [await outcomeOf(body, path), await outcomeOf(body, path)],
          ['bypass', 'hit'],
        );
      });

      it('changes settings and keeps comments', async () => {
        const ttlSeconds = 600 + carrierIndex(name);
        const told = heard(bridge, 'config.changed', ({ changed }) =>
          changed.includes('cache.ttlSeconds'),
        );
        const { config } = await bridge.call('config.patch', { patch: { cache: { ttlSeconds } } });
        assert.equal((config['cache'] as { ttlSeconds: number }).ttlSeconds, ttlSeconds);
        await told;
        const text = readFileSync(configFile(), 'utf8');
        assert.equal(text.split(comment).length, 3, 'both comments stand where they stood');
        assert.match(text, new RegExp(`ttlSeconds"?: ${ttlSeconds}`));
        const { settings } = await bridge.call('config.explain', {});
        const explained = settings.find(({ path }) => path === 'cache.ttlSeconds');
        assert.equal(explained?.layer, 'file');
      });

      it('refuses what a person has to confirm, and what is wrong', async () => {
        const redirect = { providers: { openai: { baseUrl: 'https://evil.example/v1' } } };
        await assert.rejects(bridge.call('config.patch', { patch: redirect }), {
          code: 'forbidden',
        });
        const wrong = { cache: { ttlSeconds: -1 } };
        await assert.rejects(bridge.call('config.patch', { patch: wrong }), { code: 'bad_config' });
      });

      it('tells when the file is refused, and when it is good again', async () => {
        const text = readFileSync(configFile(), 'utf8');
        const refused = heard(bridge, 'config.changed', ({ lastError }) => lastError !== null);
        const alert = heard(bridge, 'alert.raised', () => true);
        await bridge.call('config.get', {});
        writeFileSync(configFile(), 'cache: [');
        assert.match((await refused).lastError ?? '', /config\.yaml:/);
        assert.match((await alert).message, /not in effect/);
        const { findings } = await bridge.call('doctor.findings', {});
        assert.equal(findings[0]?.id, 'configuration-refused');
        const good = heard(bridge, 'config.changed', ({ lastError }) => lastError === null);
        writeFileSync(configFile(), text);
        await good;
      });

      it('makes client tokens and takes them back', async () => {
        const { token, id } = await bridge.call('tokens.create', { name: `for ${name}` });
        const response = await createChatClient({ url }, token)(question() as never);
        assert.equal(response.status, 200);
        await assert.rejects(bridge.call('tokens.create', { name: `for ${name}` }), {
          code: 'conflict',
        });
        const { tokens } = await bridge.call('tokens.list', {});
        assert.ok(tokens.some((each) => each.id === id && !('token' in each)));
        assert.deepEqual(await bridge.call('tokens.revoke', { name: id }), { revoked: true });
        assert.equal((await createChatClient({ url }, token)()).status, 401);
        await assert.rejects(bridge.call('tokens.revoke', { name: id }), { code: 'not_found' });
      });

      it('lists the providers and tests them', async () => {
        const { providers } = await bridge.call('providers.list', {});
        const openai = providers.find(({ id }) => id === 'openai');
        assert.deepEqual(
          [openai?.type, openai?.baseUrl, openai?.hasKey, openai?.isEnabled, openai?.status],
          ['openai', `${mock.url}/v1`, true, true, 'ok'],
        );
        const good = await bridge.call('providers.test', { provider: 'openai' });
        assert.deepEqual([good.outcome, good.status], ['ok', 200]);
        assert.ok((good.models ?? 0) > 0);
        assert.equal(
          mock.lastRequest().header('authorization'),
          `Bearer ${storedKeys.OPENAI_API_KEY}`,
        );
        mock.respond({ kind: 'error', status: 401 });
        const bad = await bridge.call('providers.test', { provider: 'openai' });
        assert.deepEqual([bad.outcome, bad.status, bad.models], ['key_refused', 401, null]);
        await assert.rejects(bridge.call('providers.test', { provider: 'nobody' }), {
          code: 'not_found',
        });
      });

      it('takes a key out of an IDE, and gives it up again', async () => {
        const account = `of ${name}`;
        const key = `sk-mock-offered-${carrierIndex(name)}`;
        const offer = { provider: 'openai', account, key, updatedAt: Date.now() };
        const held = await bridge.call('secrets.offer', { offers: [offer] });
        assert.equal(held.verdicts[0]?.outcome, 'held');
        await outcomeOf(question());
        assert.equal(mock.lastRequest().header('authorization'), `Bearer ${key}`);
        const removal = { ...offer, key: null, updatedAt: offer.updatedAt + 1 };
        const gone = await bridge.call('secrets.offer', { offers: [removal, offer] });
        assert.deepEqual(
          gone.verdicts.map(({ outcome }) => outcome),
          ['removed', 'older'],
        );
        await outcomeOf(question());
        const usual = `Bearer ${storedKeys.OPENAI_API_KEY}`;
        assert.equal(mock.lastRequest().header('authorization'), usual);
      });

      it('does not hand over to a core that is not newer', async () => {
        const answer = await bridge.call('leader.yield', { version: '0.0.1' });
        assert.equal(answer.outcome, 'refused');
      });

      it('opens the page', async () => {
        const ticket = await bridge.call('ui.ticket', {});
        assert.equal(ticket.url, url + ticket.path);
      });
    });
  }

  function carrierIndex(name: string): number {
    return Object.keys(carriers).indexOf(name);
  }

  describe('both ways to the core', () => {
    it('give the same results', async () => {
      const results: string[] = [];
      for (const connect of Object.values(carriers)) {
        const bridge = connect();
        const {
          windows: _windows,
          uptimeSeconds: _uptime,
          ...status
        } = await bridge.call('status.get', {});
        results.push(
          JSON.stringify([
            status,
            await bridge.call('usage.summary', {}),
            await bridge.call('usage.series', { groupBy: 'hour' }),
            await bridge.call('usage.requests', { limit: 1000 }),
            await bridge.call('cache.stats', {}),
            await bridge.call('config.get', {}),
            await bridge.call('config.explain', {}),
            await bridge.call('providers.list', {}),
            await bridge.call('tokens.list', {}),
            await bridge.call('doctor.findings', {}),
          ]),
        );
        bridge.close();
      }
      assert.equal(results[0], results[1]);
    });
  });

  describe('the socket of the bridge', () => {
    /** The status of a refused handshake and the code in its body; 101 where it was let in. */
    async function knock(
      headers: Record<string, string>,
      { path = '/bridge', protocols = ['relaycore.v1'] } = {},
    ): Promise<[number, string?]> {
      const socket = new WebSocket(url.replace('http', 'ws') + path, protocols, { headers });
      socket.on('error', () => {});
      const opened = once(socket, 'open').then((): [number] => [101]);
      const refused = once(socket, 'unexpected-response').then(
        async ([, response]): Promise<[number, string]> => {
          let text = '';
          for await (const chunk of response) text += String(chunk);
          return [response.statusCode, /"code":"(\w+)"/.exec(text)?.[1] ?? text];
        },
      );
      opened.catch(() => {});
      refused.catch(() => {});
      try {
        return await Promise.race([opened, refused]);
      } finally {
        socket.terminate();
      }
    }

    const good = (): Record<string, string> => ({ authorization: `Bearer ${controlToken()}` });

    it('lets in who has the control token, and nobody else', async () => {
      assert.deepEqual(await knock(good()), [101]);
      assert.deepEqual(await knock({}), [401, 'unauthenticated']);
      assert.deepEqual(await knock({ authorization: 'Bearer rc_x' }), [401, 'unauthenticated']);
      assert.deepEqual(await knock({ authorization: 'Bearer rc_c_x' }), [403, 'forbidden']);
      const path = `/bridge?token=${controlToken()}`;
      assert.deepEqual(await knock({}, { path }), [401, 'unauthenticated']);
      const protocols = ['relaycore.v1', `relaycore.token.${controlToken()}`];
      assert.deepEqual(await knock({}, { protocols }), [403, 'forbidden']);
    });

    it('refuses pages of another origin and names that are not ours, whatever they know', async () => {
      const foreign = { ...good(), origin: 'https://evil.example' };
      assert.deepEqual(await knock(foreign), [403, 'forbidden']);
      assert.deepEqual(await knock({ ...good(), origin: 'null' }), [403, 'forbidden']);
      const crossSite = { ...good(), 'sec-fetch-site': 'cross-site' };
      assert.deepEqual(await knock(crossSite), [403, 'forbidden']);
      assert.deepEqual(await knock({ ...good(), host: 'evil.example' }), [403, 'forbidden']);
      assert.deepEqual(await knock({ ...good(), origin: url }), [101]);
    });

    it('is at its path only, and wants its subprotocol', async () => {
      const elsewhere = await knock(good(), { path: '/v1/responses' });
      assert.deepEqual(elsewhere, [426, 'upgrade_required']);
      assert.deepEqual(await knock(good(), { protocols: [] }), [400, 'bad_request']);
      assert.equal((await fetch(`${url}/bridge`)).ok, false);
    });

    it('lets other offers to upgrade pass as what they are', async () => {
      const body = '{"model":"gpt-4o-mini","messages":[]}';
      const { status } = await sendRaw(
        url,
        [
          'POST /v1/chat/completions HTTP/1.1',
          `Host: ${new URL(url).host}`,
          'Authorization: Bearer sk-mock-own',
          'Connection: Upgrade, HTTP2-Settings, close',
          'Upgrade: h2c',
          'Content-Type: application/json',
          `Content-Length: ${body.length}`,
          '',
          body,
        ].join('\r\n'),
        1000,
      );
      assert.equal(status, 200);
    });

    it('gives the page its session, which may look and not more', async () => {
      const bridge = connectBridge({ dataDir: folder.path, client: me });
      const { ticket } = await bridge.call('ui.ticket', {});
      bridge.close();
      const redeemed = await fetch(`${url}/v1/ui/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ticket }),
      });
      const { token } = (await redeemed.json()) as { token: string };
      const page = await rawWebSocket(url.replace('http', 'ws') + '/bridge', {
        protocols: ['relaycore.v1', `relaycore.token.${token}`],
        headers: { origin: url },
      });
      await page.call('hello', helloParams);
      assert.equal((await page.call('status.get')).result.leader, true);
      for (const method of ['tokens.list', 'ui.ticket']) {
        assert.equal((await page.call(method)).error.data.code, 'forbidden');
      }
      const offers = { offers: [] };
      assert.equal((await page.call('secrets.offer', offers)).error.data.code, 'forbidden');
      page.close();
    });

    it('goes on where a connection broke off, without loss or repeats', async () => {
      const open = async () => {
        const raw = await rawWebSocket(url.replace('http', 'ws') + '/bridge', {
          token: controlToken(),
        });
        await raw.call('hello', helloParams);
        return raw;
      };
      const names = ['request.completed'];
      const first = await open();
      const since = (await first.call('events.subscribe', { names })).result;
      first.socket.terminate();
      const body = { messages: [{ role: 'user', content: 'resumed' }] };
      for (let i = 0; i < 30; i++) await outcomeOf(body);
      const position = async (): Promise<number> => {
        const { result } = await second.call('hello', helloParams);
        return result.seq as number;
      };
      const second = await open();
      await until('all requests to be counted', async () => (await position()) >= since.seq + 30);
      const { epoch, seq } = since;
      const resumed = await second.call('events.subscribe', { names, since: { epoch, seq } });
      assert.equal(resumed.result.resync, false);
      const ids = new Set<string>();
      let last: number = seq;
      for (let i = 0; i < 30; i++) {
        const { method, params } = await second.next();
        assert.equal(method, 'request.completed');
        assert.ok(params.seq > last, 'in order');
        last = params.seq as number;
        ids.add(params.request.requestId as string);
      }
      assert.equal(ids.size, 30, 'each once');
      second.close();
    });
  });

  describe('a client that reads nothing', () => {
    it('is cut off, holds nobody up, and gets what it missed when it comes back', async () => {
      const open = async () => {
        const raw = await rawWebSocket(url.replace('http', 'ws') + '/bridge', {
          token: controlToken(),
        });
        await raw.call('hello', helloParams);
        return raw;
      };
      const watcher = connectBridge({ dataDir: folder.path, client: me });
      const heardBy = new Set<string>();
      watcher.on('request.completed', ({ request }) => heardBy.add(request.requestId));
      const isAlone = async (): Promise<boolean> =>
        (await watcher.call('status.get', {})).windows.length === 1;
      await until('the others to be gone', isAlone);
      const deaf = await open();
      const names = ['request.completed'];
      const { epoch } = (await deaf.call('events.subscribe', { names })).result;
      deaf.socket.pause();
      const body = { messages: [{ role: 'user', content: 'again and again' }] };
      let sent = 0;
      const cutOff = new AbortController();
      const flood = async (): Promise<void> => {
        for (; !cutOff.signal.aborted; sent++) await outcomeOf(body);
      };
      const floods = Array.from({ length: 20 }, flood);
      await until('the one that reads nothing to be cut off', isAlone, 20_000);
      cutOff.abort();
      await Promise.all(floods);
      deaf.socket.terminate();
      await until('all events', () => heardBy.size >= sent);
      const again = await open();
      const { seq } = (await again.call('events.subscribe', { names: [] })).result;
      const since = { epoch, seq: seq - 500 };
      const resumed = await again.call('events.subscribe', { names, since });
      assert.equal(resumed.result.resync, false);
      for (let i = 0; i < 200; i++) {
        const { params } = await again.next();
        assert.ok(heardBy.has(params.request.requestId as string));
      }
      again.close();
      watcher.close();
    });
  });

  describe('a client of a core that dies', () => {
    it('finds the next one, and learns that it has to read the state anew', async () => {
      const one = await runCore({ config: aConfig(mock.url) });
      const bridge = connectBridge({ dataDir: one.dataDir, client: me });
      let resyncs = 0;
      bridge.onResync(() => (resyncs += 1));
      bridge.on('usage.changed', () => {});
      const first = (await bridge.call('status.get', {})).pid;
      await one.kill9();
      await until('the loss to be noticed', () => bridge.state === 'connecting');
      const other = await runCore({ dataDir: one.dataDir });
      const second = (await bridge.call('status.get', {})).pid;
      assert.notEqual(first, second);
      assert.equal(resyncs, 1);
      bridge.close();
      await other.dispose();
      await one.dispose();
    });
  });
});
