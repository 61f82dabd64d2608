// The relay's stages over a provider of the test's own, with model calls as the bridge makes them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenBackends } from '../../../backends/tokens/registry.ts';
import { chatStreamSchema, type ChatPartEvent } from '../../../contract/bridge/chat.ts';
import type { BridgeCaller } from '../../../contract/bridge/handlers.ts';
import type { LedgerRow } from '../../../domain/ledger-row.ts';
import { createByteBudget } from '../../../platform/byte-budget.ts';
import { systemClock } from '../../../platform/clock/clock.ts';
import { createLogger } from '../../../platform/logger/logger.ts';
import { SecretString } from '../../../platform/redact/secret-string.ts';
import { createSettingsStore, type SettingsStore } from '../../../settings/settings-store.ts';
import { composeBridgeChat } from '../compose-bridge-chat.ts';
import { createCacheBypass } from '../cache-bypass.ts';
import { composeStages } from '../compose-stages.ts';
import { createOfferedSecrets } from '../offered-secrets.ts';
import { createLiveProviders } from '../provider-directory.ts';
import type { RelayParts } from '../relay-parts.ts';
import { createStoreLink } from '../store-link.ts';
import type { BridgeChat } from '../bridge-chat.ts';

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

export interface ChatBench {
  readonly chat: BridgeChat;
  /** Of requests that have ended, in their order. */
  readonly rows: readonly LedgerRow[];
  /** What the provider does with requests from now on. */
  serve(serve: Serve): void;
  close(): Promise<void>;
}

export async function startChatBench(): Promise<ChatBench> {
  const upstream = createServer();
  const url = await listen(upstream);
  const folder = mkdtempSync(join(tmpdir(), 'relaycore-chat-'));
  const parts = await composeParts(folder, url);
  const rows: LedgerRow[] = [];
  const stages = composeStages(parts, {
    onClosed: (row) => {
      rows.push(row);
      chat.noteClosed(row);
    },
    isCuttingOff: () => false,
    branchOf: () => null,
    bypass: createCacheBypass(systemClock),
  });
  const chat = composeBridgeChat(parts, stages);
  return {
    chat: chat.handlers,
    rows,
    serve(serve) {
      upstream.removeAllListeners('request').on('request', serve);
    },
    async close() {
      stages.forward.close();
      upstream.closeAllConnections();
      upstream.close();
      await Promise.all([parts.settings.close(), parts.tokens.close(), parts.providers.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

async function composeParts(folder: string, url: string): Promise<RelayParts> {
  const clock = systemClock;
  const logger = createLogger({ level: 'fatal', name: 'test', write: () => {} });
  const settings = await settingsIn(folder, url);
  const tokens = await tokenBackends.file(
    { log: logger, now: () => clock.now() },
    { dataDir: folder, isWatching: false },
  );
  const secrets = createOfferedSecrets({ baseUrlOf: () => null }, []);
  const providers = createLiveProviders({ clock, log: logger });
  const key = new SecretString('sk-test');
  providers.apply(
    settings.current(),
    new Map([
      ['openai', key],
      ['anthropic', key],
    ]),
  );
  return {
    data: {
      dataDir: folder,
      configFile: join(folder, 'config.yaml'),
      environment: {},
      useEnvironment: false,
      portOverride: null,
      controlToken: 'rc_test',
      rootSecret: new Uint8Array(32),
      version: '0.0.0',
      host: { kind: 'headless', name: 'test' },
      epoch: 'test',
      uiDirectory: null,
      listen: { mayChoose: false, boundPort: null, ownPort: null, patienceMs: 0 },
      secrets: [],
    },
    clock,
    logger,
    settings,
    tokens,
    secrets,
    providers,
    // There is no store worker: rows end with `onClosed`, answers in memory, and nothing runs by itself.
    store: createStoreLink({
      clock: { ...clock, every: () => () => {} },
      logger,
      settings,
      secrets,
    }),
    budget: createByteBudget(() => 1e9),
  };
}

function settingsIn(folder: string, url: string): Promise<SettingsStore> {
  const configFile = join(folder, 'config.yaml');
  const config = {
    providers: {
      openai: { baseUrl: `${url}/v1`, models: ['gpt-4o-mini'] },
      anthropic: { baseUrl: url, models: ['claude-sonnet-5'] },
    },
  };
  writeFileSync(configFile, JSON.stringify(config));
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  return createSettingsStore(
    { environment: {}, logger: log },
    { configFile, useEnvironment: false, watch: false },
  );
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    });
  });
}

/** A connection of the bridge that takes everything in, and may be closed. */
export class FakeCaller implements BridgeCaller {
  readonly id: number;
  readonly parts: ChatPartEvent[] = [];
  /** What `notify` waits for. */
  room: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(id = 1) {
    this.id = id;
  }

  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  notify(_: 'chat.event', { event }: { readonly event: ChatPartEvent }): void | Promise<void> {
    this.parts.push(event);
    return this.room;
  }

  get text(): string {
    return this.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  }

  close(): void {
    this.#closing.abort();
  }
}

/** A call with defaults for what the test does not care about. */
export function aChatCall(changes: object = {}): ReturnType<typeof chatStreamSchema.parse> {
  return chatStreamSchema.parse({
    streamId: 's1',
    provider: 'openai',
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    ...changes,
  });
}
