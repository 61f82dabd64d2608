// Markdown for tooltips and reports. Names of models and assistants come from clients: they are text.

/**
 * So that the name is shown as it is: no link, not even of an address, no table column, no icon, no line of its own. Icons are
 * looked for after Markdown has taken its backslashes away, so a word joiner keeps `$` and `(` apart.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('$(', '$\u2060(')
    .replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&:]/g, String.raw`\$&`);
}

/** In the middle, since models differ at both ends of their names. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = length - 1;
  return `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(text.length - Math.floor(kept / 2))}`;
}

export function commandLink(label: string, command: string): string {
  return `[${label}](command:${command})`;
}

/** Numbers stand to the right, some room from what is left of them: the editor's tables leave none. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | &emsp;')} |`;
  const rule = head.map((_, index) => (index === 0 ? ':--' : '--:')).join(' | ');
  return [line(head), `| ${rule} |`, ...rows.map(line)].join('\n');
}
