// Which dialect and endpoint a path belongs to, and what RelayCore's own prefixes say.
import type { Dialect, Endpoint } from '../../domain/dialect.ts';
import { RelayError } from '../../domain/relay-error.ts';

export interface EndpointMatch {
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
  readonly pinnedProvider: string | null;
  readonly workspace: string | null;
  /** Path and query without the prefixes. */
  readonly canonicalPath: string;
}

type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface EndpointMatcherOptions {
  readonly dialects: readonly Dialect[];
  /** The configured provider ids at this moment, with the dialect that each speaks first. */
  providerDialect(providerId: string): Dialect['id'] | null;
}

export type EndpointMatcher = (
  method: string,
  url: string,
  headers: RequestHeaders,
) => EndpointMatch;

const workspacePrefix = /^\/w\/([^/]{1,200})(\/.*)$/;
const providerPrefix = /^\/v1\/([a-z0-9][a-z0-9._-]*)(\/.*)$/;

/** Throws `RelayError` `not_found`, `method_not_allowed` or `bad_request`. */
export function createEndpointMatcher(options: EndpointMatcherOptions): EndpointMatcher {
  const exact = indexEndpoints(options.dialects);
  return (method, url, headers) => {
    const plain = onlyEndpoint(exact.get(url), method);
    if (plain !== null) {
      return { ...plain, pinnedProvider: null, workspace: null, canonicalPath: url };
    }
    const { workspace, rest } = splitWorkspace(url);
    const { pinnedProvider, path, query } = splitProvider(rest, options);
    const preferred = preferredDialect(pinnedProvider, headers, options);
    const canonicalPath = path + query;
    const found = findEndpoint(exact, { method, path, preferred });
    if (found !== null) return { ...found, pinnedProvider, workspace, canonicalPath };
    if (!path.startsWith('/v1/')) throw unknownPath();
    const dialect = dialectOfOther(path, preferred, options.dialects);
    return { dialect, endpoint: dialect.other, pinnedProvider, workspace, canonicalPath };
  };
}

interface Found {
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
}

function indexEndpoints(dialects: readonly Dialect[]): ReadonlyMap<string, readonly Found[]> {
  const index = new Map<string, Found[]>();
  for (const dialect of dialects) {
    for (const endpoint of dialect.endpoints) {
      const found = index.get(endpoint.path) ?? [];
      found.push({ dialect, endpoint });
      index.set(endpoint.path, found);
    }
  }
  return index;
}

/** The usual case: a path as an SDK sends it, which belongs to one dialect and takes this method. */
function onlyEndpoint(found: readonly Found[] | undefined, method: string): Found | null {
  const [only] = found ?? [];
  return found?.length === 1 && only?.endpoint.method === method ? only : null;
}

function splitWorkspace(url: string): { workspace: string | null; rest: string } {
  if (!url.startsWith('/'))
    throw new RelayError('bad_request', 'The request target must be a path.');
  if (!url.startsWith('/w/')) return { workspace: null, rest: url };
  const match = workspacePrefix.exec(url);
  if (match === null) throw unknownPath();
  return { workspace: decodeSegment(match[1] ?? ''), rest: match[2] ?? '/' };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new RelayError(
      'bad_request',
      'The workspace in the path is not valid percent-encoding.',
      {
        cause: error,
      },
    );
  }
}

function splitProvider(
  target: string,
  options: EndpointMatcherOptions,
): { pinnedProvider: string | null; path: string; query: string } {
  const mark = target.indexOf('?');
  const path = (mark === -1 ? target : target.slice(0, mark)).replace(/(?<=.)\/$/, '');
  const query = mark === -1 ? '' : target.slice(mark);
  // A path that climbs would reach other paths of the provider than the one that was matched.
  if (/(^|\/|\\|%2f|%5c)(\.|%2e){1,2}(\/|\\|%2f|%5c|$)/i.test(path)) {
    throw new RelayError('bad_request', 'The path must not contain "." or ".." segments.');
  }
  // Spellings of a path that some provider would read as another one than was matched here.
  if (/\\|\/\/|%(2d|2e|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/i.test(path)) {
    throw new RelayError(
      'bad_request',
      'The path must be written plainly, without needless encoding.',
    );
  }
  const match = providerPrefix.exec(path);
  const id = match?.[1];
  if (id === undefined || options.providerDialect(id) === null) {
    return { pinnedProvider: null, path, query };
  }
  const rest = match?.[2] ?? '/';
  return { pinnedProvider: id, path: rest.startsWith('/v1/') ? rest : `/v1${rest}`, query };
}

/** Paths such as `/v1/models` are shared: `anthropic-version` or the pinned provider tells. */
function preferredDialect(
  pinnedProvider: string | null,
  headers: RequestHeaders,
  options: EndpointMatcherOptions,
): Dialect['id'] {
  if (headers['anthropic-version'] !== undefined) return 'anthropic';
  const pinned = pinnedProvider === null ? null : options.providerDialect(pinnedProvider);
  return pinned ?? 'openai';
}

function findEndpoint(
  index: ReadonlyMap<string, readonly Found[]>,
  wanted: { method: string; path: string; preferred: Dialect['id'] },
): Found | null {
  const exact = index.get(wanted.path);
  const candidates = exact ?? parentsOf(index, wanted.path);
  if (candidates.length === 0) return null;
  const allowed = candidates.filter(({ endpoint }) => endpoint.method === wanted.method);
  const found = allowed.find(({ dialect }) => dialect.id === wanted.preferred) ?? allowed[0];
  if (found !== undefined) return found;
  // DELETE /v1/models/{id} and its like belong to the provider; only exact paths are refused.
  if (exact === undefined) return null;
  const methods = candidates.map(({ endpoint }) => endpoint.method).join(', ');
  throw new RelayError('method_not_allowed', `Use ${methods} on ${wanted.path}.`);
}

function parentsOf(index: ReadonlyMap<string, readonly Found[]>, path: string): readonly Found[] {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return (index.get(parent) ?? []).filter(({ endpoint }) => endpoint.hasSubpaths === true);
}

function dialectOfOther(
  path: string,
  preferred: Dialect['id'],
  dialects: readonly Dialect[],
): Dialect {
  const id = path.startsWith('/v1/messages') ? 'anthropic' : preferred;
  const dialect = dialects.find((candidate) => candidate.id === id) ?? dialects[0];
  if (dialect === undefined) throw unknownPath();
  return dialect;
}

function unknownPath(): RelayError {
  return new RelayError(
    'not_found',
    'There is nothing at this path. Assistants use http://HOST:PORT/v1 (OpenAI) or http://HOST:PORT (Anthropic) as their base URL.',
  );
}
