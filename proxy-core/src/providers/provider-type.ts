import type { DialectId } from '../contract/names.ts';
import type { Provider } from '../domain/provider.ts';
import type { Transport } from '../domain/upstream.ts';

/** Time as the in-process providers need it (platform's `Clock` fits). */
export interface ProviderClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back every so often until the returned function is called. */
  every(intervalMs: number, callback: () => void): () => void;
}

export interface ProviderDependencies {
  readonly clock: ProviderClock;
  /** For one origin such as `https://api.openai.com`; connects at the first request. */
  createTransport(origin: string): Transport;
}

export interface ProviderOptions {
  /** The key in `providers:` of the configuration. */
  readonly id: string;
  /** Null: the type's own. */
  readonly baseUrl: string | null;
  /** The stored key, asked for with every request so that a new one counts at once; null: none. */
  readonly apiKey: (() => string) | null;
  /** As declared in the configuration; empty where the provider can be asked. */
  readonly models: readonly string[];
}

/** What `type:` of a configured provider names. */
export interface ProviderType {
  readonly type: string;
  /** Dialects that it speaks natively. */
  readonly dialects: readonly DialectId[];
  /** Null: there is none, the configuration must say (or it lives inside the process). */
  readonly defaultBaseUrl: string | null;
  /** Throws `RelayError` `bad_config` for a base URL that is none. */
  createProvider(dependencies: ProviderDependencies, options: ProviderOptions): Provider;
}
