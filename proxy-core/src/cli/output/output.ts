// What a command prints: JSON for programs, or aligned and sparingly coloured text for people.
import { styleText } from 'node:util';
import type { Terminal } from '../terminal.ts';
import { cleanLine, cleanLines } from './clean-text.ts';
import { formatTable, type TableColumn } from './table.ts';

export interface Output {
  /** One JSON document on stdout. */
  json(value: unknown): void;
  /** One line on stdout. */
  line(text: string): void;
  /** A line that stands out, where the terminal can. */
  title(text: string): void;
  table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): void;
  /** Pairs of a label and a value, aligned. */
  facts(facts: readonly (readonly [label: string, value: string])[]): void;
  /** A sentence on stderr. */
  error(message: string): void;
}

export function createOutput(
  terminal: Pick<Terminal, 'stdout' | 'stderr' | 'environment'>,
): Output {
  const { stdout, stderr, environment } = terminal;
  const mayColour = (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  const hasColour = mayColour && stdout.isTTY === true;
  const bold = (text: string): string =>
    hasColour ? styleText('bold', text, { validateStream: false }) : text;
  const write = (text: string): void => void stdout.write(`${text}\n`);
  return {
    json: (value) => write(JSON.stringify(value, null, stdout.isTTY === true ? 2 : undefined)),
    line: (text) => write(cleanLine(text)),
    title: (text) => write(bold(cleanLine(text))),
    table(columns, rows) {
      const [titles = '', ...lines] = formatTable(columns, rows);
      write(bold(titles));
      for (const line of lines) write(line);
    },
    facts(facts) {
      const rows = facts.map(([label, value]) => [`  ${label}`, value]);
      for (const line of formatTable([{ title: '' }, { title: '' }], rows)) write(line);
    },
    error(message) {
      const isRed = mayColour && stderr.isTTY === true;
      const prefix = isRed
        ? styleText('red', 'relaycore:', { validateStream: false })
        : 'relaycore:';
      stderr.write(`${prefix} ${cleanLines(message)}\n`);
    },
  };
}
