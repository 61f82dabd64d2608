// Names of models, assistants and branches come from clients: none of them may move the cursor,
// recolour the terminal or turn the direction of writing.
const unprintable =
  /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** One line of text that is safe to print. */
export function cleanLine(text: string): string {
  return text.replaceAll(unprintable, '\ufffd');
}

/** Several lines, each of them safe. */
export function cleanLines(text: string): string {
  return text.split('\n').map(cleanLine).join('\n');
}
