// Which credentials a request presents, and how to take them out again; two stages ask. Looks at the
// headers as they were sent: node joins some repeated headers and drops others.
import { tokenPrefix } from '../contract/names.ts';
import { RelayError } from './relay-error.ts';
import type { FlatHeaders } from './upstream.ts';

/** Headers that may carry a credential of a client, lower case; API keys win over bearer tokens. */
const credentialHeaders = [
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'authorization',
  'proxy-authorization',
  'cookie',
];
const credentialHeaderSet: ReadonlySet<string> = new Set(credentialHeaders);

/** All that a request presents. */
export interface Credentials {
  /** The value, or a part of it, that begins like a RelayCore token; null where there is none. */
  readonly own: string | null;
  /** Name and value of everything that would go upstream with a pass-through, the deciding one first. */
  readonly all: readonly string[];
}

/** Throws `bad_request` for a credential header that is sent twice: readers take either one. */
export function presentedCredentials(headers: FlatHeaders, canonicalPath: string): Credentials {
  const found = new Map<string, string>();
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]?.toLowerCase() ?? '';
    if (!credentialHeaderSet.has(name)) continue;
    const value = headers[index + 1] ?? '';
    if (value.trim() === '') continue;
    if (found.has(name)) {
      throw new RelayError('bad_request', `The header ${name} is sent more than once.`);
    }
    found.set(name, value);
  }
  const all: string[] = [];
  for (const name of credentialHeaders) {
    const value = found.get(name);
    // A cookie or a proxy's password alone opens no provider, but it belongs to who one is.
    if (value !== undefined) all.push(name, value);
  }
  for (const key of queryKeys(canonicalPath)) all.push('?key', key);
  return { own: ownToken(all), all };
}

/** A part of a credential that begins like a RelayCore token. */
const ownPart = new RegExp(`(?:^|[\\s,;="])(${tokenPrefix}[^\\s,;="]*)`);

function ownToken(all: readonly string[]): string | null {
  for (let index = 1; index < all.length; index += 2) {
    const own = ownPart.exec(all[index] ?? '')?.[1];
    if (own !== undefined) return own;
  }
  return null;
}

/** Whether something opens a provider: anything but a cookie or a proxy's password. */
export function opensProvider({ all }: Credentials): boolean {
  return all.some(
    (name, index) => index % 2 === 0 && name !== 'cookie' && name !== 'proxy-authorization',
  );
}

/** The path without `key` parameters, which Gemini clients put their credential into. */
export function withoutQueryKey(path: string): string {
  if (queryKeys(path).length === 0) return path;
  const mark = path.indexOf('?');
  const kept = path
    .slice(mark + 1)
    .split('&')
    .filter((pair) => !new URLSearchParams(pair).has('key'))
    .join('&');
  return kept === '' ? path.slice(0, mark) : `${path.slice(0, mark)}?${kept}`;
}

export function isCredentialHeader(name: string): boolean {
  return credentialHeaderSet.has(name.toLowerCase());
}

function queryKeys(path: string): readonly string[] {
  const mark = path.indexOf('?');
  if (mark === -1) return [];
  return new URLSearchParams(path.slice(mark + 1)).getAll('key').filter((key) => key !== '');
}
