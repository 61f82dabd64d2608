// Which credentials a request presents, and how to take them out again; two stages ask.

/** Headers that may carry a credential of a client, lower case. */
const credentialHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'proxy-authorization',
  'cookie',
]);

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The credentials that a request presents, the deciding one first: with an API key and a bearer
 * token both present, Anthropic's API lets the key win, and so does RelayCore.
 */
export function presentedCredentials(headers: Headers, canonicalPath: string): readonly string[] {
  const found: string[] = [];
  for (const name of ['x-api-key', 'x-goog-api-key', 'api-key']) {
    const value = single(headers[name]);
    if (value !== '') found.push(value);
  }
  const bearer = /^bearer\s+(\S.*)$/i.exec(single(headers['authorization']).trim())?.[1];
  if (bearer !== undefined) found.push(bearer.trim());
  const key = queryKey(canonicalPath);
  if (key !== null) found.push(key);
  return found;
}

/** The path without a `key` parameter, which Gemini clients put their credential into. */
export function withoutQueryKey(path: string): string {
  if (queryKey(path) === null) return path;
  const mark = path.indexOf('?');
  const kept = path
    .slice(mark + 1)
    .split('&')
    .filter((pair) => !/^key=/i.test(pair))
    .join('&');
  return kept === '' ? path.slice(0, mark) : `${path.slice(0, mark)}?${kept}`;
}

export function isCredentialHeader(name: string): boolean {
  return credentialHeaders.has(name.toLowerCase());
}

function queryKey(path: string): string | null {
  const mark = path.indexOf('?');
  if (mark === -1 || !path.includes('key=', mark)) return null;
  return new URLSearchParams(path.slice(mark + 1)).get('key');
}

function single(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
