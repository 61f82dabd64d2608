import type { DialectId } from '../contract/names.ts';

/** One model as its provider describes it; members beside the id are kept as they came. */
export interface ModelEntry {
  readonly id: string;
  readonly [member: string]: unknown;
}

export function isModelEntry(value: unknown): value is ModelEntry {
  return (
    typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
  );
}

/** A model that the configuration names, in the dialect's shape. */
export function declaredModel(dialect: DialectId, id: string, provider: string): ModelEntry {
  return dialect === 'openai'
    ? { id, object: 'model', created: 0, owned_by: provider }
    : { type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' };
}

/** What a client asks of Anthropic's list. */
export interface PageQuery {
  readonly limit: number;
  readonly afterId: string | null;
  readonly beforeId: string | null;
}

const maxPageSize = 1000;

/** Without a limit the whole list, because clients that do not page would miss the rest. */
export function pageQueryOf(query: string): PageQuery {
  const parameters = new URLSearchParams(query);
  const limit = Number(parameters.get('limit') ?? maxPageSize);
  return {
    limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, maxPageSize) : maxPageSize,
    afterId: parameters.get('after_id'),
    beforeId: parameters.get('before_id'),
  };
}

/** The body of `GET /v1/models`. OpenAI's list has no pages. */
export function encodeModelList(
  dialect: DialectId,
  entries: readonly ModelEntry[],
  page: PageQuery,
): object {
  if (dialect === 'openai') return { object: 'list', data: entries };
  const end = page.beforeId === null ? -1 : entries.findIndex(({ id }) => id === page.beforeId);
  const rest = end === -1 ? entries : entries.slice(0, end);
  const after = page.afterId === null ? -1 : rest.findIndex(({ id }) => id === page.afterId);
  const following = rest.slice(after + 1);
  const isBackwards = page.beforeId !== null && page.afterId === null;
  const data = isBackwards ? following.slice(-page.limit) : following.slice(0, page.limit);
  return {
    data,
    has_more: following.length > data.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/** The answer where one model was asked for that nobody serves, as the provider would give it. */
export function encodeUnknownModel(dialect: DialectId, id: string): object {
  if (dialect === 'anthropic') {
    return { type: 'error', error: { type: 'not_found_error', message: `model: ${id}` } };
  }
  const message = `The model '${id}' does not exist, or no configured provider serves it.`;
  return {
    error: { message, type: 'invalid_request_error', param: 'model', code: 'model_not_found' },
  };
}
