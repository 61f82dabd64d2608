import type { Remedy } from '../host/host.ts';
import { codeLine } from './code-line.ts';
import { element } from './element.ts';

/** What the user can do: a command to copy, or a button where the host can do it for them. */
export function remedyElement(
  remedy: Remedy,
  copy: (text: string) => Promise<boolean>,
): HTMLElement {
  if (remedy.kind === 'command-line') return codeLine(remedy.text, remedy.label, copy);
  return button(remedy.label, remedy.run);
}

export function button(label: string, run: () => void): HTMLElement {
  const created = element('button', {
    class: 'button',
    text: label,
    attributes: { type: 'button' },
  });
  created.addEventListener('click', run);
  return created;
}
