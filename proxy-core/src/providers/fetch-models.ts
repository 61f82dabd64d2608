import type { DialectId } from '../contract/names.ts';
import type { Provider } from '../domain/provider.ts';
import type { ProviderClock } from './provider-type.ts';
import { isModelEntry, type ModelEntry } from './model-list.ts';

const pageLimit = 1000;
const maxPages = 20;
const maxBytes = 8 * 1024 * 1024;
/** The version that lists models as all clients know them. */
const anthropicVersion = '2023-06-01';

/** Why there is no list: an error status, no answer in time, or an answer that is none. */
export class ModelListError extends Error {
  override readonly name = 'ModelListError';
  readonly reason: 'status' | 'timeout' | 'invalid';
  /** Of the answer; null where there was none. */
  readonly status: number | null;

  constructor(reason: ModelListError['reason'], message: string, status: number | null) {
    super(message);
    this.reason = reason;
    this.status = status;
  }
}

/**
 * The provider's own list of models, all pages of it. Rejects with ModelListError where the provider
 * refuses, takes longer than `timeoutMs` in all, or answers with something else, and with the
 * transport's own error where it cannot be reached.
 */
export async function fetchModels(
  provider: Provider,
  dialect: DialectId,
  options: { readonly clock: ProviderClock; readonly timeoutMs: number },
): Promise<readonly ModelEntry[]> {
  const entries: ModelEntry[] = [];
  const deadline = options.clock.now() + options.timeoutMs;
  let after: string | null = null;
  for (let page = 0; page < maxPages; page++) {
    const body = await fetchPage(provider, dialect, {
      clock: options.clock,
      timeoutMs: Math.max(1, deadline - options.clock.now()),
      path: pagePath(dialect, after),
    });
    const list = parseList(body);
    entries.push(...list.entries);
    if (list.next === null || list.next === after) break;
    after = list.next;
  }
  return entries;
}

function pagePath(dialect: DialectId, after: string | null): string {
  if (dialect === 'openai') return '/v1/models';
  const cursor = after === null ? '' : `&after_id=${encodeURIComponent(after)}`;
  return `/v1/models?limit=${pageLimit}${cursor}`;
}

interface List {
  readonly entries: readonly ModelEntry[];
  /** The last id of this page where more follow (Anthropic). */
  readonly next: string | null;
}

interface ListBody {
  readonly data?: unknown;
  readonly has_more?: unknown;
  readonly last_id?: unknown;
}

function isListBody(value: unknown): value is ListBody {
  return typeof value === 'object' && value !== null;
}

function parseList(body: Buffer): List {
  const value = parseJson(body);
  // Some servers answer with the bare array.
  const list: ListBody = isListBody(value) && !Array.isArray(value) ? value : { data: value };
  if (!Array.isArray(list.data)) throw noList();
  const hasMore = list.has_more === true && typeof list.last_id === 'string';
  return {
    entries: list.data.filter(isModelEntry),
    next: hasMore && typeof list.last_id === 'string' ? list.last_id : null,
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw noList();
  }
}

function noList(): ModelListError {
  return new ModelListError('invalid', 'the answer is no list of models', 200);
}

interface PageOptions {
  readonly clock: ProviderClock;
  readonly timeoutMs: number;
  readonly path: string;
}

function fetchPage(provider: Provider, dialect: DialectId, options: PageOptions): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let status = 0;
  const version = dialect === 'anthropic' ? ['anthropic-version', anthropicVersion] : [];
  const control = provider.transport.dispatch(
    {
      method: 'GET',
      path: provider.pathFor(options.path),
      headers: [
        'accept',
        'application/json',
        'accept-encoding',
        'identity',
        ...version,
        ...provider.credentialHeaders(),
      ],
      body: null,
    },
    {
      onHead(answered) {
        status = answered;
      },
      onChunk(chunk) {
        bytes += chunk.length;
        if (bytes > maxBytes) control.abort();
        else chunks.push(chunk);
      },
      onEnd() {
        if (status === 200) resolve(Buffer.concat(chunks, bytes));
        else reject(new ModelListError('status', `the answer had status ${status}`, status));
      },
      onError: reject,
    },
  );
  const stopTimer = options.clock.every(options.timeoutMs, () => {
    reject(new ModelListError('timeout', 'no answer in time', null));
    control.abort();
  });
  return promise.finally(stopTimer);
}
