import type { AnswerReader, AnswerReading } from '../../domain/dialect.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import { createDeltaMeter, type DeltaMeter } from '../delta-meter.ts';
import { generatedBytesOf } from '../generated-bytes.ts';
import { objectOf, parseObject, textOf, type JsonObject } from '../json-value.ts';
import { readAnswer } from '../read-answer.ts';
import { mergeUsage, readAnthropicUsage, serviceTierOf } from './anthropic-usage.ts';

/** Members that hold generated text; a thinking signature is no text. */
const textMembers = ['text', 'thinking', 'partial_json'] as const;
/** A tool's input in a whole answer is an object whose strings have any name. */
const wholeTextMembers = ['text', 'thinking', 'data', 'name'] as const;

/** Reads a message, whole or as events. A stream is complete at `message_stop`. */
export function createMessagesAnswerReader(): AnswerReader {
  const deltas = createDeltaMeter(textMembers);
  const state: State = {
    usage: null,
    model: null,
    finishReason: null,
    isDone: false,
    hasError: false,
    outputBytes: 0,
  };
  return {
    readJson(body) {
      readWhole(state, body);
    },
    readEvent(event) {
      state.outputBytes += deltas.repeatedDelta(event.raw) ?? readEvent(state, event, deltas);
    },
    reading: () => readingOf(state),
  };
}

interface State {
  /** As the provider says it, merged over the events. */
  usage: JsonObject | null;
  model: string | null;
  finishReason: string | null;
  isDone: boolean;
  hasError: boolean;
  outputBytes: number;
}

function readingOf(state: State): AnswerReading {
  const { usage, model, finishReason, isDone, hasError, outputBytes } = state;
  return {
    usage: readAnthropicUsage(usage),
    model,
    serviceTier: usage === null ? null : serviceTierOf(usage),
    isComplete: isDone && !hasError,
    finishReason,
    hasError,
    outputBytes,
  };
}

function readWhole(state: State, body: Buffer): void {
  const answer = readAnswer(body);
  if (answer === null) return;
  state.hasError = answer.read('type') === 'error' || (answer.read('error') ?? null) !== null;
  state.model = textOf(answer.read('model'));
  state.finishReason = textOf(answer.read('stop_reason'));
  state.usage = objectOf(answer.read('usage'));
  state.isDone = answer.has('content');
  if (readAnthropicUsage(state.usage) === null) {
    state.outputBytes = generatedBytesOf(answer.read('content'), wholeTextMembers);
  }
}

/** Returns the bytes of generated text in the event. */
function readEvent(state: State, event: StreamEvent, deltas: DeltaMeter): number {
  switch (event.event) {
    case 'content_block_start':
    case 'content_block_stop':
    case 'ping':
      return 0;
    case 'message_stop':
      state.isDone = true;
      return 0;
    case 'error':
      state.hasError = true;
      return 0;
    default: {
      const data = parseObject(event.data);
      if (data?.['type'] === 'content_block_delta') return deltaBytes(data, event, deltas);
      readParsed(state, data);
      return 0;
    }
  }
}

function deltaBytes(data: JsonObject, event: StreamEvent, deltas: DeltaMeter): number {
  // A signature is no text, and must not become the pattern for what is.
  const hasText = textMembers.some((name) => name in objectOf(data['delta']));
  return (hasText ? deltas.learn(event.raw) : null) ?? generatedBytesOf(data['delta'], textMembers);
}

/** Events that say something about the answer, and those of servers that leave `event:` out. */
function readParsed(state: State, data: JsonObject | null): void {
  switch (data?.['type']) {
    case 'message_start':
      readStart(state, objectOf(data['message']));
      return;
    case 'message_delta':
      state.usage = mergeUsage(state.usage ?? {}, data['usage']);
      state.finishReason = textOf(objectOf(data['delta'])['stop_reason']) ?? state.finishReason;
      return;
    case 'message_stop':
      state.isDone = true;
      return;
    case 'error':
      state.hasError = true;
      return;
    default:
  }
}

function readStart(state: State, message: JsonObject): void {
  state.model = textOf(message['model']);
  state.usage = objectOf(message['usage']);
}
