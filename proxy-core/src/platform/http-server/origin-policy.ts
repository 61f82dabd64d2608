// Who may speak to a server on localhost: no rebound DNS name, no web page of another origin.
import type { IncomingHttpHeaders } from 'node:http';

const localHosts = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** `host` without its port, lower case; brackets of IPv6 kept. Null where it is malformed. */
function hostName(host: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host);
  return match?.[1]?.toLowerCase() ?? null;
}

/** Loopback with any port (ports get forwarded), or a name that the configuration lists. */
export function isAllowedHost(host: string | undefined, allowedHosts: readonly string[]): boolean {
  const name = host === undefined ? null : hostName(host);
  if (name === null) return false;
  return localHosts.has(name) || allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

/**
 * A request without `Origin` comes from no web page. With one it must be the page that this very
 * server serves, compared whole; `null` and every other origin are foreign.
 */
export function isAllowedOrigin(headers: IncomingHttpHeaders): boolean {
  if (headers['sec-fetch-site'] === 'cross-site') return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
