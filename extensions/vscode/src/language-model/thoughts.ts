// Thoughts with their signatures, in the form in which Copilot's chat keeps them for the next turn:
// the whole thought stands in the metadata of a part without text.
import type { EditorParts, ThinkingPart } from './editor-api.ts';

export interface Thought {
  readonly text: string;
  readonly signature: string | null;
}

/** Null where there is nothing to give back. */
export function thoughtOf({ value, metadata }: ThinkingPart): Thought | null {
  const whole = metadata?.['_completeThinking'];
  const signature = metadata?.['signature'];
  const shown = typeof value === 'string' ? value : value.join('');
  const text = typeof whole === 'string' ? whole : shown;
  const isSigned = typeof signature === 'string' && signature !== '';
  if (text === '' && !isSigned) return null;
  return { text, signature: isSigned ? signature : null };
}

export interface Thinking {
  /** The parts to show for a piece of a thought. */
  add(piece: Thought): ThinkingPart[];
}

/** Gathers pieces, so that the signature can be given with the whole thought that it signs. */
export function createThinking(Part: NonNullable<EditorParts['thinking']>): Thinking {
  let gathered = '';
  return {
    add({ text, signature }) {
      gathered += text;
      const shown = text === '' ? [] : [new Part(text)];
      if (signature === null) return shown;
      const signed = new Part('', undefined, { signature, _completeThinking: gathered });
      gathered = '';
      return [...shown, signed];
    },
  };
}
