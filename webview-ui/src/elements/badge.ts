import { element } from './element.ts';

/** `good` and `attention` are colours; what they mean stands in the text as well. */
export type BadgeTone = 'plain' | 'good' | 'attention' | 'demo';

export function badge(text: string, tone: BadgeTone, title?: string): HTMLSpanElement {
  return element('span', {
    class: `badge badge-${tone}`,
    text,
    ...(title === undefined ? {} : { title }),
  });
}

/** Marks what the built-in demo provider answered, wherever it shows. */
export function demoBadge(): HTMLSpanElement {
  return badge('demo', 'demo', 'Answered by the built-in demo provider: no model, no cost.');
}
