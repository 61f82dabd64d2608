import type { ChatEndReason } from '../../contract/bridge/chat.ts';
import type { ChatDecoder, ChatEvent } from '../../domain/chat-codec.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import { createChatDecoder } from '../chat-decoder.ts';
import {
  countOf,
  objectOf,
  objectsOf,
  parseObject,
  textOf,
  type JsonObject,
} from '../json-value.ts';
import { brokenCall, brokenOff, wholeCall, type PartialCall } from '../tool-arguments.ts';
import { readOpenaiUsage } from './openai-usage.ts';

interface IndexedCall extends PartialCall {
  readonly index: number;
}

interface State {
  readonly calls: readonly IndexedCall[];
  readonly reason: ChatEndReason | null;
  readonly isDone: boolean;
  readonly hasRefused: boolean;
  readonly fault: ChatEvent | null;
}

const initial: State = {
  calls: [],
  reason: null,
  isDone: false,
  hasRefused: false,
  fault: null,
};

/** Reads the chunks of a chat completion; of several choices the first. */
export function createChatCompletionDecoder(): ChatDecoder {
  return createChatDecoder(initial, readChunk, conclude);
}

function readChunk(state: State, event: StreamEvent): readonly [State, readonly ChatEvent[]] {
  const { data } = event;
  if (data === '[DONE]') return [{ ...state, isDone: true }, []];
  const chunk = parseObject(data);
  if (chunk === null) return [state, []];
  const error = chunk['error'] ?? (event.event === 'error' ? chunk : null);
  if (error !== null) return [{ ...state, fault: state.fault ?? faultOf(error) }, []];
  const usage = readOpenaiUsage(chunk['usage'] ?? objectOf(chunk['x_groq'])['usage']);
  const choices = objectsOf(chunk['choices']);
  const choice = choices.find((candidate) => (candidate['index'] ?? 0) === 0);
  const [next, events] = choice === undefined ? [state, []] : readChoice(state, choice);
  return [next, usage === null ? events : [...events, { type: 'usage', usage }]];
}

function readChoice(state: State, choice: JsonObject): readonly [State, readonly ChatEvent[]] {
  const delta = objectOf(choice['delta']);
  const refusal = textOf(delta['refusal']);
  const finish = textOf(choice['finish_reason']);
  const calls = objectsOf(delta['tool_calls']).reduce(withCallDelta, state.calls);
  const next: State = {
    ...state,
    calls,
    hasRefused: state.hasRefused || refusal !== null,
    reason: finish === null ? state.reason : reasonOf(finish),
  };
  const thought = textOf(delta['reasoning_content']) ?? textOf(delta['reasoning']);
  return [
    next,
    [
      ...(thought === null ? [] : [thinking(thought)]),
      ...contentOf(delta['content']),
      ...(refusal === null ? [] : [{ type: 'text', text: refusal } as const]),
    ],
  ];
}

/** A string; Mistral's reasoning models send a list of parts. */
function contentOf(content: unknown): readonly ChatEvent[] {
  const text = textOf(content);
  if (text !== null) return [{ type: 'text', text }];
  return objectsOf(content).flatMap((part): ChatEvent[] => {
    const said = textOf(part['text']);
    if (part['type'] === 'text' && said !== null) return [{ type: 'text', text: said }];
    if (part['type'] !== 'thinking') return [];
    return objectsOf(part['thinking']).flatMap((piece) => {
      const thought = textOf(piece['text']);
      return thought === null ? [] : [thinking(thought)];
    });
  });
}

function thinking(text: string): ChatEvent {
  return { type: 'thinking', text, signature: null };
}

/**
 * A piece of a call. By the dialect `index` tells calls apart and only the first piece has id and
 * name; some servers leave the index out, or send every call whole under index 0.
 */
function withCallDelta(calls: readonly IndexedCall[], delta: JsonObject): readonly IndexedCall[] {
  const id = textOf(delta['id']);
  const body = objectOf(delta['function']);
  const name = textOf(body['name']);
  const json = jsonOf(body['arguments']);
  const given = countOf(delta['index']);
  const known =
    given === null
      ? id === null
        ? calls.at(-1)
        : calls.findLast((call) => call.id === id)
      : calls.findLast((call) => call.index === given);
  const isSame = known !== undefined && (id === null || known.id === '' || known.id === id);
  if (!isSame) {
    const index = given ?? calls.length;
    return [...calls, { index, id: id ?? '', name: name ?? '', json }];
  }
  const grown = {
    ...known,
    id: known.id === '' ? (id ?? '') : known.id,
    name: known.name === '' ? (name ?? '') : known.name,
    json: known.json + json,
  };
  return calls.map((call) => (call === known ? grown : call));
}

/** Text by the dialect; some servers send the object itself. */
function jsonOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function conclude(state: State): readonly ChatEvent[] {
  if (state.fault !== null) return [state.fault];
  if (state.reason === null && !state.isDone) return [brokenOff];
  const reason = endReason(state);
  const events: ChatEvent[] = [];
  for (const [position, call] of state.calls.entries()) {
    // Servers that send no ids expect none back that mean anything to them.
    const whole = wholeCall({ ...call, id: call.id === '' ? `call_${position}` : call.id });
    if (whole !== null) events.push(whole);
    else if (reason !== 'length') return [...events, brokenCall(call.name)];
  }
  return [...events, { type: 'end', reason }];
}

function endReason({ reason, calls, hasRefused }: State): ChatEndReason {
  if (hasRefused) return 'refused';
  // Some servers say `stop` behind calls.
  if (calls.length > 0 && (reason === 'stop' || reason === null)) return 'tool-calls';
  return reason ?? 'other';
}

function reasonOf(finish: string): ChatEndReason {
  switch (finish) {
    case 'stop':
      return 'stop';
    case 'length':
      return 'length';
    case 'tool_calls':
    case 'function_call':
      return 'tool-calls';
    case 'content_filter':
      return 'filtered';
    default:
      return 'other';
  }
}

function faultOf(error: unknown): ChatEvent {
  const message = textOf(error) ?? textOf(objectOf(error)['message']);
  return { type: 'fault', message: message ?? 'The provider reported an error in its answer.' };
}
