// Which requests the cache may answer and keep. Never wrong to save a cent: by default only what
// gives the same answer again, more only where the user says so.
import type { RelayRequest } from '../../domain/relay-request.ts';

export interface CacheSettings {
  readonly isEnabled: boolean;
  /** `all`: also with tools and any temperature. */
  readonly mode: 'deterministic' | 'all';
  readonly ttlSeconds: number;
  /** Longer answers are not kept. */
  readonly maxEntryBytes: number;
}

export interface CachePlan {
  readonly mayRead: boolean;
  /** Null: the answer is not kept. */
  readonly keepSeconds: number | null;
  /** The client wants a cached answer or none. */
  readonly isCacheOnly: boolean;
}

const untouched: CachePlan = { mayRead: false, keepSeconds: null, isCacheOnly: false };

export function planCache(request: RelayRequest, settings: CacheSettings): CachePlan {
  const directive = request.cacheDirective;
  const isCacheOnly = directive === 'only';
  const hasOptedIn = settings.mode === 'all' || directive !== null;
  // The cheap questions first: whether something is cacheable may take reading its tools.
  if (!request.fields.isDeterministic && !hasOptedIn) return untouched;
  if (!settings.isEnabled || directive === 'bypass' || !isCacheable(request)) {
    return isCacheOnly ? { ...untouched, isCacheOnly } : untouched;
  }
  const keepSeconds = request.cacheTtlSeconds ?? settings.ttlSeconds;
  return {
    mayRead: directive !== 'refresh',
    keepSeconds: keepSeconds > 0 ? keepSeconds : null,
    isCacheOnly,
  };
}

function isCacheable(request: RelayRequest): boolean {
  const { operation } = request.received.endpoint;
  if (operation !== 'generate' && operation !== 'embed') return false;
  return request.scanned !== null && !request.fields.isUncacheable();
}
