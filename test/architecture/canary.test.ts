// Canaries: every secret and every word of a prompt in this run is known, and none of them may be found afterwards
// in a log line, in the output, or in any file that the core wrote, as it is or in a common disguise.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  aChatRequest,
  aChatTool,
  aMessagesRequest,
  anEmbeddingsRequest,
  type JsonBody,
} from '../support/builders.ts';
import { createChatClient } from '../support/chat-client.ts';
import { aConfig, writeConfig } from '../support/core-config.ts';
import { healthWithNotice, healthyAgain, logLines } from '../support/health.ts';
import { rowsOf } from '../support/ledger.ts';
import { startMockProvider, type Behaviour, type MockProvider } from '../support/mock-provider.ts';
import { sendRaw } from '../support/raw-http.ts';
import { runCore, runRelaycore, type RunningCore } from '../support/run-core.ts';

const prompt = 'canary-prompt-Kx7';
const answer = 'canary-answer-Qw3';
/** What clients, the environment and the configuration hold, each in the form that its provider gives out. */
const secrets = {
  storedOpenAI: 'sk-proj-canaryStored0123456789abcdefABCDEF0123456789',
  storedAnthropic: 'sk-ant-api03-canaryStored-0123456789abcdefABCDEF01234',
  ownOpenAI: 'sk-canaryOwnOpenAi0123456789abcdefABCDEF0123456789',
  ownAnthropic: 'sk-ant-oat01-canaryOwnAnthropic-0123456789abcdefABCDEF',
  ownGoogle: 'AIzaCanaryOwnGoogle0123456789abcdefABCD',
  ownNameless: 'canary0nameless0key0of0another0provider',
  wrongClient: 'rc_c_canaryWrong0123456789abcdefABCDEF0123456789abc',
  wrongControl: 'rc_canaryWrongControl0123456789abcdefABCDEF01234567',
  inConfig: 'sk-canaryInConfig0123456789abcdefABCDEF012345678901',
  inQuery: 'canary-query-secret-0123456789',
  cookie: 'session=canary-cookie-0123456789',
} as const;

describe('no secret and no prompt', () => {
  let mock: MockProvider;
  let core: RunningCore;
  let token: string;

  before(async function () {
    this.timeout(60_000);
    mock = await startMockProvider();
    core = await runCore({ config: config(), env: environment });
    token = await core.createClientToken('assistant');
    await askForEverything();
    await provokeErrors();
    await provokeFaultsOfProviders();
    await provokeRefusalsOfTheControlPlane();
    await provokeBadConfigurations();
  });

  after(async () => {
    await core.dispose();
    await mock.close();
  });

  const environment = {
    OPENAI_API_KEY: secrets.storedOpenAI,
    ANTHROPIC_API_KEY: secrets.storedAnthropic,
  };

  /** All that can be logged is, and the files are so small that they rotate. */
  function config(more: JsonBody = {}): JsonBody {
    return aConfig(mock.url, {
      log: { level: 'trace', maxFileMb: 0.001, maxFiles: 3 },
      upstream: { idleTimeoutMs: 300 },
      providers: {
        openai: { baseUrl: `${mock.url}/v1` },
        anthropic: { baseUrl: mock.url },
        away: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', models: ['away'] },
      },
      ...more,
    });
  }

  const messages = [{ role: 'user', content: `Say ${prompt} twice.` }];
  const chat = (more: JsonBody = {}): JsonBody => aChatRequest({ messages, ...more });
  const anthropic = (more: JsonBody = {}): JsonBody =>
    aMessagesRequest({ messages, system: `You know ${prompt}.`, ...more });

  /** Asks and reads to the end, whatever comes of it. */
  async function send(
    path: string,
    body: JsonBody | string | Buffer | null,
    headers: Record<string, string> = { authorization: `Bearer ${token}` },
  ): Promise<number> {
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    const bytes = body === null ? null : Buffer.from(isText ? body : JSON.stringify(body));
    try {
      const response = await fetch(core.url + path, {
        method: bytes === null ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', cookie: secrets.cookie, ...headers },
        body: bytes === null ? null : new Uint8Array(bytes),
      });
      await response.text().catch(() => '');
      return response.status;
    } catch {
      return 0;
    }
  }

  async function askForEverything(): Promise<void> {
    mock.respond({ kind: 'answer', text: answer });
    const version = { 'anthropic-version': '2023-06-01', 'x-api-key': token };
    for (const stream of [false, true]) {
      for (const temperature of [0, 0, 1]) {
        assert.equal(await send('/v1/chat/completions', chat({ stream, temperature })), 200);
        assert.equal(await send('/v1/messages', anthropic({ stream, temperature }), version), 200);
      }
      const tools = [{ ...aChatTool(), description: prompt }];
      assert.equal(await send('/w/shop/v1/chat/completions', chat({ stream, tools })), 200);
    }
    assert.equal(await send('/v1/embeddings', anEmbeddingsRequest({ input: prompt })), 200);
    await send('/v1/messages/count_tokens?beta=true', anthropic(), version);
    await send('/v1/models', null);
    await send(`/v1/files?purpose=${secrets.inQuery}`, { file: prompt });
    await send(`/v1/chat/completions?token=${secrets.inQuery}`, chat());
    await send('/v1/chat/completions', chat({ metadata: { note: prompt }, user: prompt }));
    await passOwnCredentials();
  }

  /** Of clients that bring their own: passed through, never kept. */
  async function passOwnCredentials(): Promise<void> {
    const own: Record<string, string>[] = [
      { authorization: `Bearer ${secrets.ownOpenAI}` },
      { authorization: `Bearer ${secrets.ownNameless}` },
      { authorization: `Basic ${Buffer.from(`user:${secrets.ownNameless}`).toString('base64')}` },
      { 'x-api-key': secrets.ownAnthropic },
      { 'x-goog-api-key': secrets.ownGoogle },
      { 'api-key': secrets.ownNameless },
      { authorization: `Bearer ${secrets.ownOpenAI}`, 'x-relaycore-token': token },
    ];
    for (const headers of own) {
      await send('/v1/chat/completions', chat({ temperature: 0 }), headers);
      await send('/v1/messages', anthropic(), headers);
    }
    await send(`/v1/chat/completions?key=${secrets.ownGoogle}`, chat(), {});
  }

  async function provokeErrors(): Promise<void> {
    const target = '/v1/chat/completions';
    for (const body of [
      `{"messages": "${prompt}", `,
      `["${prompt}"]`,
      `"${prompt}`,
      `{"model": {"${prompt}": 1}}`,
      `{"model":"a","${prompt}":1,"model":"b"}`,
      Buffer.concat([Buffer.from(`{"user":"${prompt}`), Buffer.from([0xff, 0x22, 0x7d])]),
    ]) {
      assert.notEqual(await send(target, body), 0);
    }
    await send(target, prompt, { authorization: `Bearer ${token}`, 'content-encoding': 'gzip' });
    await send(target, prompt, { authorization: `Bearer ${token}`, 'x-relaycore-cache': prompt });
    await send(target, chat(), { authorization: `Bearer ${secrets.wrongClient}` });
    await send(target, chat(), { 'x-api-key': secrets.wrongClient });
    await send(`${target}?key=${secrets.wrongClient}`, chat(), {});
    await send(target, chat(), { authorization: `Bearer ${core.controlToken}` });
    await send(`/${prompt}/${secrets.inQuery}`, chat());
    for (const line of [
      `GET /${prompt} HTTP/9.9\r\nX: ${secrets.ownOpenAI}`,
      `${prompt} ${secrets.ownOpenAI}`,
      `GET / HTTP/1.1\r\nHost: ${prompt}.example`,
      `GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://${prompt}.example`,
      `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: -${prompt}`,
    ]) {
      await sendRaw(core.url, `${line}\r\nConnection: close\r\n\r\n`, 1_000);
    }
  }

  /** Providers that repeat what they were sent, in every place where that could be logged. */
  async function provokeFaultsOfProviders(): Promise<void> {
    const echo = `Incorrect API key provided: ${secrets.storedOpenAI}. You said: ${prompt}`;
    const faults: Behaviour[] = [
      { kind: 'error', status: 401, message: echo, code: prompt },
      { kind: 'error', status: 429, message: echo, retryAfterSeconds: 1 },
      { kind: 'error', status: 500, message: echo },
      { kind: 'error', status: 200, message: echo },
      { kind: 'raw', status: 502, body: `<html>${echo}</html>` },
      { kind: 'raw', contentType: 'application/json', body: `{"broken": "${echo}` },
      {
        kind: 'raw',
        contentType: 'text/event-stream',
        body: `data: {"x": "${echo}\n\nevent: ${echo}\n\n`,
      },
      { kind: 'raw', body: echo, headers: { 'content-encoding': 'gzip' } },
      { kind: 'raw', body: echo, headers: { 'content-length': '7' } },
      { kind: 'answer', text: answer, chunks: 4, errorAfterEvents: 2 },
      { kind: 'answer', text: answer, fault: { kind: 'cut', bytes: 40 } },
      { kind: 'answer', text: answer, chunks: 9, fault: { kind: 'stall', events: 2 } },
      { kind: 'answer', text: answer, rejectsStreamOptions: true },
      { kind: 'silence', after: 'request' },
      { kind: 'reset' },
    ];
    const both = faults.flatMap((fault) => [false, true].map((stream) => ({ fault, stream })));
    mock.respond(undefined);
    for (const { fault, stream } of both) {
      mock.respond(fault);
      await send('/v1/chat/completions', chat({ stream, temperature: 0, seed: 5 }));
    }
    await send('/v1/chat/completions', chat({ model: 'away' }));
    await send('/v1/chat/completions', chat({ model: 'away' }), {
      authorization: `Bearer ${secrets.ownNameless}`,
    });
    await leaveInTheMiddle();
  }

  async function leaveInTheMiddle(): Promise<void> {
    mock.respond({ kind: 'answer', text: answer, chunks: 20, chunkDelayMs: 20 });
    const leaving = new AbortController();
    const ask = createChatClient(core, token);
    const response = await ask({ messages, stream: true }, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
  }

  async function provokeRefusalsOfTheControlPlane(): Promise<void> {
    const call = (path: string, credential: string, body?: string): Promise<Response> =>
      fetch(core.url + path, {
        method: body === undefined ? 'GET' : 'PUT',
        headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body }),
      });
    const { controlToken } = core;
    for (const credential of [controlToken, token, secrets.wrongControl, secrets.ownOpenAI]) {
      await (await call('/health', credential)).text();
      await (await call('/metrics', credential)).text();
      await (await call('/v1/config/explain', credential)).text();
      await (await call(`/v1/analytics/usage?from=${prompt}`, credential)).text();
      await (await call('/v1/config', credential, `{"${secrets.inConfig}": 1}`)).text();
      await (await call('/v1/config', credential, `{"x": "${secrets.inConfig}`)).text();
      const key = { providers: { openai: { apiKey: secrets.inConfig } } };
      await (await call('/v1/config', credential, JSON.stringify(key))).text();
    }
    await (await fetch(`${core.url}/ui?ticket=${secrets.wrongControl}`)).text();
    for (const words of [['token', 'list'], ['config', 'explain'], ['status'], ['usage']]) {
      const { stdout, stderr } = await runRelaycore([...words, '--data-dir', core.dataDir], {
        env: environment,
      });
      assertFree(`relaycore ${words.join(' ')}`, Buffer.from(stdout + stderr));
    }
  }

  /** Mistakes (names of settings apart, which are shown) that have a key on the very place that the message is about, each of them a line of the log. */
  async function provokeBadConfigurations(): Promise<void> {
    const key = secrets.inConfig;
    const mistakes = [
      `providers:\n  openai:\n    apiKey: ${key}\n    ${key}: ${prompt}\n`,
      `providers: {openai: [${key}\n`,
      `providers:\n  ${key}: {}\n`,
      `providers:\n  openai: {apiKey: {env: ${key}}}\n`,
      `providers:\n  openai: {baseUrl: "https://u:${key}@example.com/v1?key=${key}"}\n`,
      `providers: {openai: {models: [{name: ${key}}]}}\n`,
      `${key}: 1\n${key}: 2\n`,
      `server: ${key}\n`,
      `log: {level: ${key}}\nserver: {host: "${key} ${prompt}"}\n`,
      `budgets: [{period: day, limitUsd: 1, scope: "${key}"}]\n`,
      `a: &x ${key}\nb: *${secrets.ownNameless}\n`,
      `a: @${secrets.ownNameless}\n`,
      `a: !<${secrets.ownNameless}\n`,
      `"a" ${secrets.ownNameless}: 1\n`,
      `a: ${secrets.ownNameless}: 1\n`,
      `a: {b: ${secrets.ownNameless}]\n`,
      `cache: {ttlSeconds: ${secrets.ownNameless}}\n`,
      `"${key}`,
    ];
    for (const [index, mistake] of mistakes.entries()) {
      // The message has the line, so that each mistake is news.
      writeFileSync(core.configPath, '\n'.repeat(index) + mistake);
      const place = new RegExp(
        `config\\.yaml:${index + 1}:|config\\.yaml:${index + 2}:|config\\.yaml:${index + 3}:`,
      );
      const { notices } = await healthWithNotice(core, place);
      assertFree('the notice', Buffer.from(notices.join('\n')));
    }
    writeConfig(core.dataDir, config());
    await healthyAgain(core);
  }

  /** Each canary as it is, and as it would look encoded. */
  function disguises(canary: string): Buffer[] {
    const bytes = Buffer.from(canary);
    // Base64 depends on where in its triple a text begins; what surely comes of it is the middle.
    const shifted = [0, 1, 2]
      .map((shift) =>
        Buffer.concat([Buffer.alloc(shift), bytes])
          .toString('base64')
          .slice(4, -4),
      )
      .filter((text) => text.length >= 8);
    const texts = [canary, encodeURIComponent(canary), bytes.toString('hex'), ...shifted];
    return [...texts.map((text) => Buffer.from(text)), Buffer.from(canary, 'utf16le')];
  }

  function assertFree(what: string, bytes: Buffer): void {
    const everySecret = [
      prompt,
      answer,
      'canary',
      token,
      core.controlToken,
      ...Object.values(secrets),
    ];
    for (const canary of everySecret) {
      for (const disguise of disguises(canary)) {
        const at = bytes.indexOf(disguise);
        if (at < 0) continue;
        const around = bytes.subarray(Math.max(0, at - 200), at + 80).toString('latin1');
        assert.fail(`${what} holds ${canary} at ${at}: …${around}`);
      }
    }
  }

  const files = (): string[] =>
    readdirSync(core.dataDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(core.dataDir, name)).isFile(),
    );

  /** Every file but those that are there to hold what they hold. */
  function assertFilesFree(): void {
    for (const name of files()) {
      if (name === 'token' || name === 'config.yaml') continue;
      assertFree(name, readFileSync(join(core.dataDir, name)));
    }
  }

  it('would go unseen: what is planted is found, in every disguise', () => {
    for (const canary of [prompt, secrets.storedOpenAI]) {
      for (const shift of ['', 'a', 'ab']) {
        const packed = Buffer.from(`${shift}${canary} and more`).toString('base64');
        assert.throws(() => assertFree('a file', Buffer.from(`{"x":"${packed}"}`)));
      }
      assert.throws(() => assertFree('a file', Buffer.from(`before${canary}after`)));
      assert.throws(() => assertFree('a file', Buffer.from(Buffer.from(canary).toString('hex'))));
    }
    assertFree('a file', Buffer.from('nothing of that kind'));
  });

  it('of a run with all kinds of requests is in a log line', async () => {
    const lines = logLines(core.stderr());
    assert.ok(lines.length > 10, `only ${lines.length} lines were logged`);
    assertFree('stderr', Buffer.from(core.stderr()));
    assertFree('stdout', Buffer.from(core.stdout()));
    assert.ok((await rowsOf(core)).length > 50, 'there were too few requests for a proof');
  });

  it('is in a file of the data folder while the core runs', () => {
    const names = files();
    for (const name of ['ledger.db', 'ledger.db-wal', 'cache.db', 'tokens.json', 'instance.json']) {
      assert.ok(names.includes(name), `${name} is not there: ${names.join()}`);
    }
    assertFilesFree();
  });

  it('is in what the control plane tells of requests, metrics and settings', async () => {
    for (const path of [
      '/metrics',
      '/v1/analytics/requests?limit=1000',
      '/v1/config',
      '/v1/config/explain',
      '/v1/tokens',
    ]) {
      const response = await fetch(core.url + path, {
        headers: { authorization: `Bearer ${core.controlToken}` },
      });
      assert.equal(response.status, 200, path);
      assertFree(path, Buffer.from(await response.arrayBuffer()));
    }
  });

  it('is in a file of the data folder after the core has stopped, its rotated logs included', async () => {
    await core.stop();
    const logs = files().filter((name) => name.startsWith('logs'));
    assert.equal(logs.length, 3, logs.join());
    for (const name of logs) {
      const { size, mode } = statSync(join(core.dataDir, name));
      assert.ok(size < 12_000, `${name} has ${size} bytes`);
      if (process.platform !== 'win32') assert.equal(mode & 0o077, 0, name);
    }
    assertFilesFree();
    assertFree('stderr', Buffer.from(core.stderr()));
  });
});
