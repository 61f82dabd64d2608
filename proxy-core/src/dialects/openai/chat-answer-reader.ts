import type { AnswerReader, AnswerReading } from '../../domain/dialect.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import type { Usage } from '../../domain/usage.ts';
import { createDeltaMeter, type DeltaMeter } from '../delta-meter.ts';
import { generatedBytesOf } from '../generated-bytes.ts';
import {
  isObject,
  objectOf,
  objectsOf,
  parseObject,
  textOf,
  type JsonObject,
} from '../json-value.ts';
import { readAnswer } from '../read-answer.ts';
import { readOpenaiUsage } from './openai-usage.ts';

/** Members of a delta or a message that hold generated text. */
const textMembers = ['content', 'arguments', 'reasoning_content', 'reasoning', 'refusal'] as const;

/**
 * Reads a chat completion, whole or in chunks. A stream is complete at `[DONE]`, or, because some
 * servers leave that out, when every choice seen has its finish reason.
 */
export function createChatAnswerReader(): AnswerReader {
  return new ChatAnswerReader();
}

class ChatAnswerReader implements AnswerReader {
  readonly #state = createState();
  /** For streams only: most answers are whole. */
  #deltas: DeltaMeter | null = null;

  readJson(body: Buffer): void {
    readWhole(this.#state, body);
  }

  readEvent(event: StreamEvent): void {
    this.#deltas ??= createDeltaMeter(textMembers);
    const state = this.#state;
    state.outputBytes +=
      this.#deltas.repeatedDelta(event.raw) ?? readChunk(state, event, this.#deltas);
  }

  reading(): AnswerReading {
    return readingOf(this.#state);
  }
}

interface State {
  usage: Usage | null;
  model: string | null;
  serviceTier: string | null;
  finishReason: string | null;
  /** By the choice's index: whether it has ended. */
  choices: Map<unknown, boolean> | null;
  isDone: boolean;
  hasError: boolean;
  outputBytes: number;
}

function createState(): State {
  return {
    usage: null,
    model: null,
    serviceTier: null,
    finishReason: null,
    choices: null,
    isDone: false,
    hasError: false,
    outputBytes: 0,
  };
}

function readingOf(state: State): AnswerReading {
  const { usage, model, serviceTier, finishReason, hasError, outputBytes, choices } = state;
  const isEnded = choices !== null && [...choices.values()].every((hasFinished) => hasFinished);
  const isComplete = !hasError && (state.isDone || isEnded);
  return { usage, model, serviceTier, isComplete, finishReason, hasError, outputBytes };
}

function readWhole(state: State, body: Buffer): void {
  const answer = readAnswer(body);
  if (answer === null) return;
  state.hasError = (answer.read('error') ?? null) !== null;
  state.model = textOf(answer.read('model'));
  state.serviceTier = textOf(answer.read('service_tier'));
  state.usage = readOpenaiUsage(answer.read('usage'));
  state.isDone = answer.has('choices');
  for (const reason of answer.textsIn('choices', 'finish_reason')) noteFinishReason(state, reason);
  if (state.usage === null) {
    state.outputBytes = generatedBytesOf(answer.read('choices'), textMembers);
  }
}

/** Returns the bytes of generated text in the chunk. */
function readChunk(state: State, event: StreamEvent, deltas: DeltaMeter): number {
  const { data } = event;
  if (data === '[DONE]') {
    state.isDone = true;
    return 0;
  }
  const chunk = parseObject(data);
  if (event.event === 'error' || (chunk?.['error'] ?? null) !== null) state.hasError = true;
  if (chunk === null) return 0;
  state.model ??= textOf(chunk['model']);
  state.serviceTier = textOf(chunk['service_tier']) ?? state.serviceTier;
  const choices = objectsOf(chunk['choices']);
  const usage = usageOf(chunk, choices);
  if (usage !== null) state.usage = usage;
  const finished = choices.filter((choice) => noteFinish(state, choice));
  const isPlain = choices.length === 1 && finished.length + Number(usage !== null) === 0;
  const learnt = isPlain && !state.hasError ? deltas.learn(event.raw) : null;
  return (
    learnt ??
    generatedBytesOf(
      choices.map((choice) => choice['delta']),
      textMembers,
    )
  );
}

/** Usage in a chunk of its own, in the last chunk with content, or where Groq and Moonshot put it. */
function usageOf(chunk: JsonObject, choices: readonly JsonObject[]): Usage | null {
  return (
    readOpenaiUsage(chunk['usage']) ??
    readOpenaiUsage(objectOf(chunk['x_groq'])['usage']) ??
    readOpenaiUsage(choices.find((choice) => isObject(choice['usage']))?.['usage'])
  );
}

function noteFinish(state: State, choice: JsonObject): boolean {
  const reason = textOf(choice['finish_reason']);
  const index = choice['index'] ?? 0;
  const hasFinished = reason !== null;
  const choices = (state.choices ??= new Map());
  if (hasFinished || !choices.has(index)) choices.set(index, hasFinished);
  if (hasFinished) noteFinishReason(state, reason);
  return hasFinished;
}

/** Of several choices the reason that is not plain `stop` counts: it is what makes them unfit. */
function noteFinishReason(state: State, reason: string): void {
  if ((state.finishReason ?? 'stop') === 'stop') state.finishReason = reason;
}
