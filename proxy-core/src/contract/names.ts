// Names that other programs see on the wire.

export const dialectIds = ['openai', 'anthropic'] as const;
export type DialectId = (typeof dialectIds)[number];

/** How the cache took part in a request; the value of `x-relaycore-cache`. */
export const cacheOutcomes = ['hit', 'semantic', 'coalesced', 'miss', 'bypass'] as const;
export type CacheOutcome = (typeof cacheOutcomes)[number];

/** What the client may ask of the cache with the request header `x-relaycore-cache`. */
export const cacheDirectives = ['use', 'bypass', 'refresh', 'only'] as const;
export type CacheDirective = (typeof cacheDirectives)[number];

/**
 * How a request ended. `aborted`: the client left. `interrupted`: the core ended meanwhile.
 * `incomplete`: the provider cut the stream or reported an error inside a 200.
 */
export const requestOutcomes = [
  'open',
  'completed',
  'failed',
  'incomplete',
  'aborted',
  'interrupted',
] as const;
export type RequestOutcome = (typeof requestOutcomes)[number];

export const clientTokenPrefix = 'rc_c_';
export const tokenPrefix = 'rc_';
export const defaultPort = 7352;

/**
 * The offer among `secrets.offer` whose key (32 bytes in base64) encrypts cached answers on disk. No
 * provider can have this id.
 */
export const cacheKeyOffer = { provider: 'relaycore', account: 'cache-key' } as const;
