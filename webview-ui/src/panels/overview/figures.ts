import { element, setHidden, setText } from '../../elements/element.ts';
import type { Figure } from './summary.ts';

/** The row of large numbers. */
export function createFigures(): {
  readonly element: HTMLElement;
  update(figures: readonly Figure[]): void;
} {
  const list = element('dl', { class: 'figures' });
  const tiles: ReturnType<typeof createTile>[] = [];
  return {
    element: list,
    update(figures) {
      for (const [index, figure] of figures.entries()) {
        let tile = tiles[index];
        if (tile === undefined) {
          tile = createTile();
          tiles.push(tile);
          list.append(tile.element);
        }
        tile.update(figure);
      }
    },
  };
}

const maxNotes = 2;

function createTile(): { readonly element: HTMLElement; update(figure: Figure): void } {
  const label = element('dt');
  const value = element('dd', { class: 'figure-value' });
  const notes = Array.from({ length: maxNotes }, () => element('dd', { class: 'figure-note' }));
  return {
    element: element('div', { class: 'figure' }, [label, value, ...notes]),
    update(figure) {
      setText(label, figure.label);
      setText(value, figure.value);
      for (const [index, note] of notes.entries()) {
        const text = figure.notes[index] ?? '';
        setText(note, text);
        setHidden(note, text === '');
      }
    },
  };
}
