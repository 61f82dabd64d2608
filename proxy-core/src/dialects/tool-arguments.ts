import type { ChatEvent } from '../domain/chat-codec.ts';
import { parseObject } from './json-value.ts';

/** A call whose arguments come in pieces of JSON text. */
export interface PartialCall {
  readonly id: string;
  readonly name: string;
  readonly json: string;
}

/** Null where the text is not one JSON object. Models that give no arguments give no text at all. */
export function wholeCall({ id, name, json }: PartialCall): ChatEvent | null {
  const parsed = json.trim() === '' ? {} : parseObject(json);
  return parsed === null ? null : { type: 'tool-call', id, name, arguments: { ...parsed } };
}

/** A call that was cut by the length of the answer is left out; any other broken one is the model's fault. */
export function brokenCall(name: string): ChatEvent {
  const message = `The model called the tool ${JSON.stringify(name)} with arguments that are not a JSON object. Ask again.`;
  return { type: 'fault', message };
}

export const brokenOff: ChatEvent = {
  type: 'fault',
  message: 'The provider broke the answer off before its end. Ask again.',
};
