import type { AnswerReader, AnswerReading, StreamEvent } from '../../domain/dialect.ts';
import { generatedBytesOf } from '../delta-meter.ts';
import { objectOf, parseObject, textOf, type JsonObject } from '../json-value.ts';
import { readAnswer } from '../read-answer.ts';
import { mergeUsage, readAnthropicUsage, serviceTierOf } from './anthropic-usage.ts';

/** Members that hold generated text; a thinking signature is no text. */
const textMembers = ['text', 'thinking', 'partial_json', 'data'] as const;
/** A tool's input in a whole answer is an object whose strings have any name. */
const wholeTextMembers = ['text', 'thinking', 'data', 'name'] as const;

/** Reads a message, whole or as events. A stream is complete at `message_stop`. */
export function createMessagesAnswerReader(): AnswerReader {
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
      readEvent(state, event);
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

function readEvent(state: State, event: StreamEvent): void {
  switch (event.event) {
    case 'content_block_delta':
      state.outputBytes += deltaBytes(event.data);
      return;
    case 'content_block_start':
    case 'content_block_stop':
    case 'ping':
      return;
    case 'message_stop':
      state.isDone = true;
      return;
    case 'error':
      state.hasError = true;
      return;
    default:
      readParsed(state, parseObject(event.data));
  }
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
    case 'content_block_delta':
      state.outputBytes += generatedBytesOf(data['delta'], textMembers);
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

/**
 * UTF-8 bytes of the delta's text, escapes as sent, without parsing: it is the last string of the
 * event. Quotes in it are escaped, so `":"` stands between a name and its value only.
 */
function deltaBytes(data: string): number {
  const start = data.lastIndexOf('":"') + 3;
  const end = data.lastIndexOf('"');
  if (start === 2 || end < start || data.endsWith('"signature":"', start)) return 0;
  // Everything but the text is ASCII.
  return Buffer.byteLength(data) - (data.length - (end - start));
}
