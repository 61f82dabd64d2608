/** A value of a cell; null and undefined are an empty one. */
export type CsvValue = string | number | boolean | null | undefined;

/** RFC 4180 with a header line. Text that a spreadsheet would run as a formula gets a `'` before it. */
export function toCsv(columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  const lines = [columns, ...rows].map((cells) => cells.map(encodeCell).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function encodeCell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[\s]*[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether the client asks for CSV rather than JSON. */
export function prefersCsv(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const first = accept
    .split(',')
    .map((range) => range.split(';')[0]?.trim().toLowerCase())
    .find((type) => type === 'text/csv' || type === 'application/json');
  return first === 'text/csv';
}
