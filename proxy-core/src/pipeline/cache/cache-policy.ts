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
  /** Whether the user wants this very request, which the cache would answer, to be fetched anew. */
  takesBypass?(workspace: string | null): boolean;
}

export interface CachePlan {
  readonly mayRead: boolean;
  /** What a request is told that was fetched all the same. */
  readonly outcomeOfFetch: 'miss' | 'bypass';
  /** Null: the answer is not kept. */
  readonly keepSeconds: number | null;
  /** The client wants a cached answer or none. */
  readonly isCacheOnly: boolean;
}

const untouched: CachePlan = {
  mayRead: false,
  outcomeOfFetch: 'bypass',
  keepSeconds: null,
  isCacheOnly: false,
};

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
  const mayBypass = directive === null || directive === 'use';
  const isBypassed = mayBypass && settings.takesBypass?.(request.received.workspace) === true;
  return {
    mayRead: directive !== 'refresh' && !isBypassed,
    outcomeOfFetch: isBypassed ? 'bypass' : 'miss',
    keepSeconds: keepSeconds > 0 ? keepSeconds : null,
    isCacheOnly,
  };
}

function isCacheable(request: RelayRequest): boolean {
  const { operation } = request.received.endpoint;
  if (operation !== 'generate' && operation !== 'embed') return false;
  return request.scanned !== null && !request.fields.isUncacheable();
}
