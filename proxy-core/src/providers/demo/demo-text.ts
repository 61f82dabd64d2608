import { textOf, type JsonObject } from './demo-request.ts';

const charactersPerToken = 4;
const maxQuote = 120;

/** About what a tokenizer gives for English; at least one for any text. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** Tokens of everything in a request that a model would read. */
export function countInputTokens(body: JsonObject): number {
  const read = [body['system'], body['messages'], body['tools']].filter(
    (member) => member !== undefined,
  );
  return Math.max(1, countTokens(JSON.stringify(read)));
}

/** What the demo says: that it is one, and what it was asked, so that one sees it arrive. */
export function demoText(messages: readonly JsonObject[]): string {
  const lastOfUser = messages.findLast((message) => message['role'] === 'user');
  const asked = textOf(lastOfUser?.['content']).replaceAll(/\s+/g, ' ').trim();
  const quote = asked.length > maxQuote ? `${asked.slice(0, maxQuote - 1).trimEnd()}…` : asked;
  const heard = quote === '' ? 'Your request arrived.' : `You wrote: “${quote}”.`;
  return `This is RelayCore's demo provider, not a language model: no provider was asked and nothing was billed. ${heard} Give RelayCore a provider key, such as OPENAI_API_KEY or ANTHROPIC_API_KEY, to get real answers.`;
}

/** A text cut to a number of tokens, in the words that a stream sends one by one. */
export interface DemoWords {
  readonly words: readonly string[];
  readonly isCut: boolean;
}

export function wordsOf(text: string, maxTokens: number | null): DemoWords {
  const words = text.match(/\S+\s*/g) ?? [];
  if (maxTokens === null || countTokens(text) <= maxTokens) return { words, isCut: false };
  const kept: string[] = [];
  for (const word of words) {
    if (countTokens(kept.join('') + word) > maxTokens) break;
    kept.push(word);
  }
  return { words: kept, isCut: true };
}
