import type { ChatEndReason } from '../../contract/bridge/chat.ts';
import type { ChatDecoder, ChatEvent } from '../../domain/chat-codec.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import { createChatDecoder } from '../chat-decoder.ts';
import { isObject, objectOf, parseObject, textOf, type JsonObject } from '../json-value.ts';
import { brokenCall, brokenOff, wholeCall, type PartialCall } from '../tool-arguments.ts';
import { mergeUsage, readAnthropicUsage } from './anthropic-usage.ts';

interface OpenCall extends PartialCall {
  /** What came with the start of the block, for servers that send the input whole. */
  readonly input: JsonObject;
}

interface State {
  /** By the block's index; blocks of one message may overlap. */
  readonly calls: ReadonlyMap<unknown, OpenCall>;
  /** The tool whose arguments were no JSON. */
  readonly brokenTool: string | null;
  readonly usage: JsonObject | null;
  readonly reason: ChatEndReason | null;
  readonly isDone: boolean;
  readonly fault: ChatEvent | null;
}

type Step = readonly [State, readonly ChatEvent[]];

const initial: State = {
  calls: new Map(),
  brokenTool: null,
  usage: null,
  reason: null,
  isDone: false,
  fault: null,
};

/** Reads the events of a message. Blocks of tools that run at the provider say nothing to a client. */
export function createMessageDecoder(): ChatDecoder {
  return createChatDecoder(initial, readEvent, conclude);
}

function readEvent(state: State, event: StreamEvent): Step {
  const data = parseObject(event.data);
  if (data === null) return [state, []];
  switch (data['type'] ?? event.event) {
    case 'message_start':
      return readUsage(state, objectOf(data['message'])['usage']);
    case 'content_block_start':
      return readStart(state, data);
    case 'content_block_delta':
      return readDelta(state, data);
    case 'content_block_stop':
      return readStop(state, data);
    case 'message_delta':
      return readEnding(state, data);
    case 'message_stop':
      return [{ ...state, isDone: true }, []];
    case 'error':
      return [{ ...state, fault: state.fault ?? faultOf(data['error']) }, []];
    default:
      return [state, []];
  }
}

function readUsage(state: State, usage: unknown): Step {
  if (!isObject(usage)) return [state, []];
  return [{ ...state, usage: mergeUsage(state.usage ?? {}, usage) }, []];
}

function readStart(state: State, data: JsonObject): Step {
  const block = objectOf(data['content_block']);
  switch (block['type']) {
    case 'text':
      return [state, textEvent(block['text'])];
    case 'thinking':
      return [state, thinkingEvent(block['thinking'])];
    case 'tool_use': {
      const id = textOf(block['id']) ?? '';
      const call = {
        id,
        name: textOf(block['name']) ?? '',
        json: '',
        input: objectOf(block['input']),
      };
      return [{ ...state, calls: new Map(state.calls).set(data['index'], call) }, []];
    }
    default:
      return [state, []];
  }
}

function readDelta(state: State, data: JsonObject): Step {
  const delta = objectOf(data['delta']);
  switch (delta['type']) {
    case 'text_delta':
      return [state, textEvent(delta['text'])];
    case 'thinking_delta':
      return [state, thinkingEvent(delta['thinking'])];
    case 'signature_delta': {
      const signature = textOf(delta['signature']);
      return [state, signature === null ? [] : [{ type: 'thinking', text: '', signature }]];
    }
    case 'input_json_delta': {
      const call = state.calls.get(data['index']);
      if (call === undefined) return [state, []];
      const json = call.json + (textOf(delta['partial_json']) ?? '');
      return [{ ...state, calls: new Map(state.calls).set(data['index'], { ...call, json }) }, []];
    }
    default:
      return [state, []];
  }
}

function readStop(state: State, data: JsonObject): Step {
  const call = state.calls.get(data['index']);
  if (call === undefined) return [state, []];
  const calls = new Map(state.calls);
  calls.delete(data['index']);
  const json = call.json === '' ? JSON.stringify(call.input) : call.json;
  const whole = wholeCall({ ...call, json });
  if (whole !== null) return [{ ...state, calls }, [whole]];
  return [{ ...state, calls, brokenTool: state.brokenTool ?? call.name }, []];
}

function readEnding(state: State, data: JsonObject): Step {
  const reason = textOf(objectOf(data['delta'])['stop_reason']);
  const usage = mergeUsage(state.usage ?? {}, data['usage']);
  const read = readAnthropicUsage(usage);
  return [
    { ...state, usage, reason: reason === null ? state.reason : reasonOf(reason) },
    read === null ? [] : [{ type: 'usage', usage: read }],
  ];
}

function conclude({ fault, isDone, reason, brokenTool }: State): readonly ChatEvent[] {
  if (fault !== null) return [fault];
  if (!isDone) return [brokenOff];
  // A call that was cut by the length of the answer is left out; any other broken one is a fault.
  if (brokenTool !== null && reason !== 'length') return [brokenCall(brokenTool)];
  return [{ type: 'end', reason: reason ?? 'other' }];
}

function textEvent(value: unknown): readonly ChatEvent[] {
  const text = textOf(value);
  return text === null ? [] : [{ type: 'text', text }];
}

function thinkingEvent(value: unknown): readonly ChatEvent[] {
  const text = textOf(value);
  return text === null ? [] : [{ type: 'thinking', text, signature: null }];
}

function reasonOf(reason: string): ChatEndReason {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool-calls';
    case 'refusal':
      return 'refused';
    default:
      return 'other';
  }
}

function faultOf(error: unknown): ChatEvent {
  const message = textOf(objectOf(error)['message']);
  return { type: 'fault', message: message ?? 'The provider reported an error in its answer.' };
}
