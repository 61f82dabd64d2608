import { RelayError } from '../domain/relay-error.ts';

export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host and port as in the request's `Host`, an IPv6 address in brackets. */
  readonly host: string;
  /** Without a slash at its end; empty for the root. */
  readonly path: string;
}

/** Throws `RelayError` `bad_config`. */
export function parseBaseUrl(providerId: string, text: string | null): BaseUrl {
  const url = text !== null && URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new RelayError(
      'bad_config',
      `Provider "${providerId}" needs a baseUrl that begins with http:// or https://, such as http://127.0.0.1:9000/v1.`,
    );
  }
  return { origin: url.origin, host: url.host, path: url.pathname.replace(/\/+$/, '') };
}

/** `/v1/x` below a base path that stands for `/v1` itself, such as `/v1` or `/api/openai`. */
export function pathInPlaceOfV1(basePath: string, canonicalPath: string): string {
  const rest = /^\/v1(?=[/?]|$)/.test(canonicalPath) ? canonicalPath.slice(3) : canonicalPath;
  return `${basePath}${rest}`;
}
