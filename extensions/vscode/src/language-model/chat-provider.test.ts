import assert from 'node:assert/strict';
import type {
  BridgeCallName,
  BridgeParams,
  BridgeResult,
  ChatModel,
  ChatPartEvent,
  ChatResult,
} from '@relaycore/proxy-core/contract/bridge';
import type { CancellationToken, LanguageModelChatRequestMessage } from 'vscode';
import type { CoreHost } from '../core-host/core-host.ts';
import { createChatProvider, type ChatProvider } from './chat-provider.ts';
import type { ModelInformation } from './editor-api.ts';
import { editorClasses } from './testing/editor-classes.ts';

const { text: Text, toolCall: ToolCall, data: Data, thinking: Thinking } = editorClasses;

const aModel: ChatModel = {
  id: 'lab/gpt-4o-2024-11-20',
  provider: 'lab',
  model: 'gpt-4o-2024-11-20',
  name: 'GPT 4o',
  family: 'gpt-4o',
  version: '2024-11-20',
  maxInputTokens: 100,
  maxOutputTokens: 10,
  takesImages: true,
  callsTools: true,
  isFree: false,
  inputUsdPerMtok: 2.5,
  outputUsdPerMtok: 0.15,
};

const aResult: ChatResult = {
  requestId: 'rq_1',
  endReason: 'stop',
  model: 'gpt-4o',
  cache: 'miss',
  usage: null,
  costNanoUsd: 1,
  savedByCacheNanoUsd: null,
};

type EventListener = (params: { streamId: string; event: ChatPartEvent }) => void;

/** A core that a test writes the answers of. */
class FakeCore implements Pick<CoreHost, 'call' | 'on'> {
  readonly calls: { readonly name: string; readonly params: unknown }[] = [];
  #listener: EventListener = () => {};
  answer: (name: BridgeCallName, params: unknown) => unknown = () => ({});

  async call<N extends BridgeCallName>(name: N, params: BridgeParams<N>): Promise<BridgeResult<N>> {
    this.calls.push({ name, params });
    return (await this.answer(name, params)) as BridgeResult<N>;
  }

  on(name: string, listener: (params: never) => void): () => void {
    assert.equal(name, 'chat.event');
    this.#listener = listener as EventListener;
    return () => {
      this.#listener = () => {};
    };
  }

  say(streamId: string, event: ChatPartEvent): void {
    this.#listener({ streamId, event });
  }
}

class FakeToken implements CancellationToken {
  isCancellationRequested = false;
  readonly #listeners = new Set<(event: unknown) => unknown>();

  onCancellationRequested = (listener: (event: unknown) => unknown): { dispose(): void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  cancel(): void {
    this.isCancellationRequested = true;
    for (const listener of this.#listeners) listener(undefined);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

describe('RelayCore’s models in the editor', () => {
  let core: FakeCore;
  let isRunning: boolean;
  let provider: ChatProvider;
  let token: FakeToken;
  let reported: unknown[];
  let warnings: string[];
  let told: number;

  beforeEach(() => {
    core = new FakeCore();
    isRunning = true;
    token = new FakeToken();
    reported = [];
    warnings = [];
    told = 0;
    provider = createChatProvider({
      core,
      parts: editorClasses,
      isCoreRunning: () => isRunning,
      place: () => ({ workspace: 'shop', branch: null }),
      nextId: () => 's1',
      changes: { event: () => ({ dispose() {} }), fire: () => (told += 1) },
      log: { warn: (message) => warnings.push(message) },
    });
  });

  const hello: LanguageModelChatRequestMessage = {
    role: 1,
    content: [new Text('Hi')],
    name: undefined,
  };

  async function list(): Promise<ModelInformation[]> {
    return (await provider.provideLanguageModelChatInformation({ silent: true }, token)) ?? [];
  }

  async function ask(options: object = {}): Promise<void> {
    const model = { provider: 'lab', model: 'gpt-4o' } as ModelInformation;
    const whole = { toolMode: 1, ...options };
    const progress = { report: (part: unknown) => reported.push(part) };
    await provider.provideLanguageModelChatResponse(model, [hello], whole, progress, token);
  }

  it('are those of the core, with limits, abilities and price', async () => {
    core.answer = () => ({ models: [aModel], notices: ['one is silent'] });
    assert.deepEqual(await list(), [
      {
        id: 'lab/gpt-4o-2024-11-20',
        provider: 'lab',
        model: 'gpt-4o-2024-11-20',
        name: 'GPT 4o',
        family: 'gpt-4o',
        version: '2024-11-20',
        detail: 'lab',
        tooltip:
          'gpt-4o-2024-11-20 of lab through RelayCore: cached, metered, on your own key. $2.50 in, $0.15 out per million tokens.',
        maxInputTokens: 100,
        maxOutputTokens: 10,
        isUserSelectable: true,
        pricing: '$2.50 in, $0.15 out per million tokens',
        capabilities: { imageInput: true, toolCalling: true },
      },
    ]);
    assert.deepEqual(warnings, ['one is silent']);
  });

  it('stay those that were known while there is no core, which nobody waits for', async () => {
    isRunning = false;
    assert.deepEqual(await list(), []);
    assert.deepEqual(core.calls, []);
    isRunning = true;
    core.answer = () => ({ models: [aModel], notices: [] });
    assert.equal((await list()).length, 1);
    core.answer = () => Promise.reject(new Error('gone'));
    assert.equal((await list()).length, 1);
    assert.equal(warnings.length, 1);
  });

  it('are told anew where they are others than before, and only then', async () => {
    core.answer = () => ({ models: [aModel], notices: [] });
    await provider.refresh();
    await provider.refresh();
    assert.equal(told, 1);
    core.answer = () => ({ models: [{ ...aModel, maxOutputTokens: 11 }], notices: [] });
    await provider.refresh();
    assert.equal(told, 2);
  });

  it('answer in parts as they come, and say what was used', async () => {
    core.answer = () => {
      core.say('other', { type: 'text', text: 'not for us' });
      core.say('s1', { type: 'thinking', text: 'hm', signature: null });
      core.say('s1', { type: 'thinking', text: '', signature: 'sig' });
      core.say('s1', { type: 'text', text: 'Hello' });
      core.say('s1', { type: 'tool-call', id: 'c', name: 'look', arguments: { x: 1 } });
      const usage = { inputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 1, outputTokens: 2 };
      return { ...aResult, usage: { ...usage, reasoningTokens: 1, isEstimated: false } };
    };
    await ask();
    const usage = reported.pop();
    assert.deepEqual(reported, [
      new Thinking('hm'),
      new Thinking('', undefined, { signature: 'sig', _completeThinking: 'hm' }),
      new Text('Hello'),
      new ToolCall('c', 'look', { x: 1 }),
    ]);
    assert.ok(usage instanceof Data);
    assert.equal(usage.mimeType, 'usage');
    assert.deepEqual(JSON.parse(Buffer.from(usage.data).toString()), {
      prompt_tokens: 9,
      completion_tokens: 2,
      total_tokens: 11,
      prompt_tokens_details: { cached_tokens: 3 },
      completion_tokens_details: { reasoning_tokens: 1 },
    });
    assert.equal(token.listeners, 0);
  });

  it('are asked with tools, options and the place of the window', async () => {
    core.answer = () => aResult;
    const tools = [{ name: 'look', description: 'Looks.', inputSchema: { type: 'object' } }];
    await ask({ toolMode: 2, tools, modelOptions: { temperature: 0, _note: 1, top_p: undefined } });
    assert.deepEqual(core.calls, [
      {
        name: 'chat.stream',
        params: {
          streamId: 's1',
          provider: 'lab',
          model: 'gpt-4o',
          messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
          tools,
          toolMode: 'required',
          options: { temperature: 0 },
          client: 'vscode-chat',
          workspace: 'shop',
        },
      },
    ]);
  });

  it('are cancelled at the core at once, and say nothing of what came of it', async () => {
    const answered = Promise.withResolvers<ChatResult>();
    core.answer = (name) => (name === 'chat.stream' ? answered.promise : { cancelled: true });
    const asking = ask();
    await Promise.resolve();
    token.cancel();
    assert.deepEqual(core.calls.at(-1), { name: 'chat.cancel', params: { streamId: 's1' } });
    core.say('s1', { type: 'text', text: 'too late' });
    answered.reject(new Error('the connection is gone'));
    await asking;
    assert.deepEqual(reported, []);
    await ask();
    assert.equal(core.calls.length, 2);
  });

  for (const [code, kind] of [
    ['no_provider', 'NotFound'],
    ['forbidden', 'NoPermissions'],
    ['rate_limited', 'Blocked'],
    ['provider_failed', ''],
  ]) {
    it(`tell of ${code} in the core’s words, as the editor’s own error`, async () => {
      core.answer = () => Promise.reject(Object.assign(new Error('Do this.'), { code }));
      await assert.rejects(
        ask(),
        (error) =>
          error instanceof editorClasses.error &&
          error.code === kind &&
          error.message === 'RelayCore: Do this.',
      );
    });
  }

  it('do not pass over an answer that was withheld', async () => {
    core.answer = () => ({ ...aResult, endReason: 'filtered' });
    await assert.rejects(ask(), { code: 'Blocked' });
    core.answer = () => {
      core.say('s1', { type: 'text', text: 'I' });
      return { ...aResult, endReason: 'length' };
    };
    await ask();
  });

  it('count tokens of texts and of messages', async () => {
    core.answer = () => ({ models: [aModel], notices: [] });
    const [model] = await list();
    assert.ok(model !== undefined);
    assert.equal(await provider.provideTokenCount(model, 'eight ch', token), 2);
    assert.equal(await provider.provideTokenCount(model, hello, token), 5);
  });
});
