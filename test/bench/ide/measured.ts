// What a part of the benchmark has found, and how it is shown.

/** A goal of RelayCore in an editor. `limit` is the first value that misses it, in `unit`. */
export interface Goal {
  readonly title: string;
  readonly value: number;
  readonly limit: number;
  /** Such as `ms`. */
  readonly unit: string;
}

export interface Row {
  readonly label: string;
  readonly cells: readonly string[];
}

export interface Measured {
  readonly title: string;
  /** Heads of the columns. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
  /** Sentences under the table. */
  readonly notes: readonly string[];
  /** Every single value, for the file. */
  readonly values: unknown;
}

const labelWidth = 64;
const cellWidth = 15;

export function formatMeasured({ title, columns, rows, notes }: Measured): string {
  const lines = [{ label: '', cells: columns }, ...rows].map(formatRow);
  return [title, ...lines, ...notes.map((note) => `  ${note}`), ''].join('\n');
}

function formatRow({ label, cells }: Row): string {
  const line = label.padEnd(labelWidth) + cells.map((cell) => cell.padStart(cellWidth)).join('');
  return `  ${line}`.trimEnd();
}

export function formatGoals(goals: readonly Goal[]): string {
  const lines = goals.map((goal) => {
    const { title, value, limit, unit } = goal;
    const cells = [formatMs(value), `goal < ${limit} ${unit}`, verdict(goal)];
    return formatRow({ label: title, cells });
  });
  return ['Goals', ...lines, ''].join('\n');
}

function verdict({ value, limit }: Goal): 'met' | 'missed' | 'not measured' {
  if (Number.isNaN(value)) return 'not measured';
  return value < limit ? 'met' : 'missed';
}

/** Such as `7`, `7.3`, `0.41`: three figures or so. */
export function formatMs(value: number): string {
  if (Number.isNaN(value)) return '-';
  const digits = Math.abs(value) < 1 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toFixed(digits);
}
