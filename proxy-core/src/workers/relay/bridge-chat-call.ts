// One neutral model call: translated to the dialect of its provider, sent through the pipeline, read
// back as events, and answered with what the ledger says of it.
import { setTimeout as delay } from 'node:timers/promises';
import type {
  ChatEndReason,
  ChatPartEvent,
  ChatResult,
  ChatStream,
  ChatUsage,
} from '../../contract/bridge/chat.ts';
import type { BridgeCaller } from '../../contract/bridge/handlers.ts';
import { errorCatalogue, type ErrorCode } from '../../contract/error-codes.ts';
import type { ChatEvent } from '../../domain/chat-codec.ts';
import type { Dialect } from '../../domain/dialect.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import type { Provider } from '../../domain/provider.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { Usage } from '../../domain/usage.ts';
import type { ChatDoor, InnerAnswer, InnerAsk, InnerEnd } from './bridge-chat-door.ts';
import { factsOf, type ChatModelsDependencies } from './bridge-chat-models.ts';
import { providerError, readChatEvents } from './chat-answer.ts';

export interface ChatCallDependencies extends ChatModelsDependencies {
  readonly door: ChatDoor;
  readonly dialects: readonly Dialect[];
  provider(id: string): Provider | null;
}

export interface ChatListener {
  readonly caller: BridgeCaller;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Where nothing is known of a model: what every model of this time can do. */
const leastOutputTokens = 4_096;
/** How long a cancelled call may take to be recorded before its caller is told. */
const recordTimeoutMs = 1_000;

/** Rejects with `RelayError`s; a call that is cancelled resolves. */
export async function callChat(
  dependencies: ChatCallDependencies,
  params: ChatStream,
  { caller, signal }: ChatListener,
): Promise<ChatResult> {
  const { ask, dialect } = await askOf(dependencies, params);
  const answer = dependencies.door.ask(ask);
  const leave = (): void => answer.leave();
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  const heard: Heard = { usage: null, reason: null, fault: null };
  try {
    for await (const part of partsOf(answer, { dialect, provider: params.provider, heard })) {
      // Waited for, so that a client who is slow to take it in holds the provider back.
      await caller.notify('chat.event', { streamId: params.streamId, event: part });
      if (signal.aborted) break;
    }
  } catch (error) {
    // What cannot be read on would be held back, with its provider, until that times out.
    leave();
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
  if (signal.aborted) {
    leave();
    const end = await Promise.race([answer.end, delay(recordTimeoutMs, null, { ref: false })]);
    return resultOf(params, end, { ...heard, reason: 'cancelled' });
  }
  const end = await answer.end;
  if (heard.fault !== null) throw faultOf(end, heard.fault);
  return resultOf(params, end, heard);
}

interface Heard {
  usage: Usage | null;
  reason: ChatEndReason | null;
  fault: string | null;
}

async function askOf(
  dependencies: ChatCallDependencies,
  params: ChatStream,
): Promise<{ readonly ask: InnerAsk; readonly dialect: Dialect }> {
  const provider = dependencies.provider(params.provider);
  const dialect = dependencies.dialects.find(({ id }) => id === provider?.dialects[0]);
  if (provider === null || dialect === undefined) {
    const message = `There is no provider ${JSON.stringify(params.provider)}. Choose a model of the list anew.`;
    throw new RelayError('no_provider', message);
  }
  const facts = await factsOf(dependencies, provider, params.model);
  const limits = { maxOutputTokens: facts?.maxOutputTokens ?? leastOutputTokens };
  const cache = params.cache === undefined ? [] : ['x-relaycore-cache', params.cache];
  const ask: InnerAsk = {
    path: dialect.chat.path,
    headers: [...dialect.chat.headers, ...cache],
    body: Buffer.from(JSON.stringify(dialect.chat.encode(params, limits))),
    provider: provider.id,
    client: params.client,
    workspace: params.workspace ?? null,
    branch: params.branch ?? null,
  };
  return { ask, dialect };
}

interface Hearing {
  readonly dialect: Dialect;
  readonly provider: string;
  /** Takes what is no part of the answer itself. */
  readonly heard: Heard;
}

/** Rejects with the refusal where there is no answer. */
async function* partsOf(
  answer: InnerAnswer,
  { dialect, provider, heard }: Hearing,
): AsyncGenerator<ChatPartEvent> {
  const response = await answer.response.catch(async (error: unknown) => {
    throw ownErrorOf(await answer.end, error);
  });
  if (response.headers['x-relaycore-error'] !== undefined) {
    response.resume();
    throw ownErrorOf(await answer.end, null);
  }
  if ((response.statusCode ?? 0) >= 300) throw await providerError(response, provider);
  for await (const event of readChatEvents(response, dialect)) {
    const part = note(heard, event);
    if (part !== null) yield part;
  }
}

function note(heard: Heard, event: ChatEvent): ChatPartEvent | null {
  switch (event.type) {
    case 'usage':
      heard.usage = event.usage;
      return null;
    case 'end':
      heard.reason = event.reason;
      return null;
    case 'fault':
      heard.fault = event.message;
      return null;
    case 'text':
    case 'thinking':
    case 'tool-call':
      return event;
  }
}

function ownErrorOf({ error, requestId }: InnerEnd, cause: unknown): RelayError {
  if (error instanceof RelayError) return error;
  const message = `A fault in RelayCore; its log has request ${requestId}.`;
  return new RelayError('internal', message, { cause: error ?? cause });
}

/** An answer that broke off: the ledger knows who broke it. */
function faultOf({ row }: InnerEnd, message: string): RelayError {
  if (row?.outcome === 'interrupted') {
    return new RelayError(
      'shutting_down',
      'RelayCore stopped in the middle of the answer. Ask again.',
    );
  }
  const code = row?.errorCode ?? '';
  return new RelayError(isErrorCode(code) ? code : 'provider_failed', message);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

function resultOf(params: ChatStream, end: InnerEnd | null, heard: Heard): ChatResult {
  const row = end?.row ?? null;
  return {
    requestId: end?.requestId ?? '',
    endReason: heard.reason ?? 'other',
    model: row?.model ?? params.model,
    cache: row?.cacheOutcome ?? 'bypass',
    usage: usageOf(row, heard.usage),
    costNanoUsd: row?.costNanoUsd ?? null,
    savedByCacheNanoUsd: row?.savedByCacheNanoUsd ?? null,
  };
}

/** The ledger's, which knows of usage that the stream does not show; a hit's row says that nothing was used. */
function usageOf(row: LedgerRow | null, heard: Usage | null): ChatUsage | null {
  const isFresh = row?.cacheOutcome === 'miss' || row?.cacheOutcome === 'bypass';
  if (row !== null && isFresh && row.inputTokens !== null) {
    return {
      inputTokens: row.inputTokens,
      cacheReadTokens: row.cacheReadTokens ?? 0,
      cacheWriteTokens: (row.cacheWrite5mTokens ?? 0) + (row.cacheWrite1hTokens ?? 0),
      outputTokens: row.outputTokens ?? 0,
      reasoningTokens: row.reasoningTokens ?? 0,
      isEstimated: row.isUsageEstimated,
    };
  }
  if (heard === null) return null;
  return {
    inputTokens: heard.inputTokens,
    cacheReadTokens: heard.cacheReadTokens,
    cacheWriteTokens: heard.cacheWrite5mTokens + heard.cacheWrite1hTokens,
    outputTokens: heard.outputTokens,
    reasoningTokens: heard.reasoningTokens,
    isEstimated: false,
  };
}
