import type { FlatHeaders } from './upstream.ts';

/** The first value of a header, or null. `name` in lower case. */
export function headerValue(headers: FlatHeaders, name: string): string | null {
  for (let i = 0; i < headers.length; i += 2) {
    const candidate = headers[i];
    if (candidate?.length === name.length && candidate.toLowerCase() === name) {
      return headers[i + 1] ?? null;
    }
  }
  return null;
}
