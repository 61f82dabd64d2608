import { cleanLine } from './clean-text.ts';
import { displayWidth } from './display-width.ts';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const gap = '  ';

/** Lines of a table with aligned columns; the first line holds the titles, unless all are empty. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const titles = columns.map(({ title }) => title);
  const hasTitles = titles.some((title) => title !== '');
  const all = [...(hasTitles ? [titles] : []), ...rows.map((row) => row.map(cleanLine))];
  const widths = columns.map((_column, index) =>
    Math.max(...all.map((row) => displayWidth(row[index] ?? '')), 0),
  );
  return all.map((row) =>
    columns
      .map(({ align }, index) => pad(row[index] ?? '', widths[index] ?? 0, align ?? 'left'))
      .join(gap)
      .trimEnd(),
  );
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'left' ? text + space : space + text;
}
