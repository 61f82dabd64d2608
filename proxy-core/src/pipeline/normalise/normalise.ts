// The few fields that later stages need. The body stays bytes: its top-level members are found, not
// built, and a body over the parsing limit is not even scanned, only its model is looked for.
import { isUtf8 } from 'node:buffer';
import { cacheDirectives, type CacheDirective } from '../../contract/names.ts';
import type { Caller } from '../../domain/caller.ts';
import type { RequestFields } from '../../domain/dialect.ts';
import { RelayError } from '../../domain/relay-error.ts';
import type { Received, RelayRequest, ScannedBody } from '../../domain/relay-request.ts';
import { findTopLevelString } from '../../platform/json-scan/find-top-level-string.ts';
import { attributionOf } from './attribution.ts';
import { scanBody } from './scan-body.ts';

export interface NormaliseOptions {
  /** Bodies over this many bytes are never parsed. */
  parseLimitBytes(): number;
  /** The branch that is checked out in the window of a workspace, where one has said so. */
  branchOf(workspace: string): string | null;
}

export type Normalise = (received: Received, caller: Caller) => RelayRequest;

const fieldsOfOther: RequestFields = {
  model: null,
  isStream: false,
  asksForUsage: false,
  isDeterministic: false,
  isUncacheable: () => true,
};

/** Throws `bad_request` for a body that is no JSON object or no UTF-8, and for unreadable headers of RelayCore's own. */
export function createNormalise(options: NormaliseOptions): Normalise {
  const branchOf = (workspace: string | null): string | null =>
    workspace === null ? null : options.branchOf(workspace);
  return (received, caller) => {
    const { scanned, fields } = readFields(received, options.parseLimitBytes());
    const ttl = cacheTtlSeconds(received);
    return {
      received,
      caller,
      attribution: attributionOf(received, caller, branchOf(received.workspace)),
      fields,
      scanned,
      cacheDirective: cacheDirective(received),
      cacheTtlSeconds: ttl,
    };
  };
}

function readFields(
  received: Received,
  parseLimitBytes: number,
): { scanned: ScannedBody | null; fields: RequestFields } {
  const { endpoint, body } = received;
  if (endpoint.readFields === undefined) return { scanned: null, fields: fieldsOfOther };
  if (body === null) throw new RelayError('bad_request', 'The request body is empty; send JSON.');
  if (body.length > parseLimitBytes) {
    const model = findTopLevelString(body, 'model');
    return { scanned: null, fields: { ...fieldsOfOther, model } };
  }
  if (!isUtf8(body)) throw new RelayError('bad_request', 'The request body is not valid UTF-8.');
  const scanned = scanBody(body);
  return { scanned, fields: endpoint.readFields(scanned) };
}

/** The first of the header and its older name that is there. */
function header(received: Received, name: string): string | null {
  const value = received.headers[`x-relaycore-${name}`] ?? received.headers[`x-aihub-${name}`];
  return typeof value === 'string' ? value.trim().toLowerCase() : null;
}

function cacheDirective(received: Received): CacheDirective | null {
  const value = header(received, 'cache');
  if (value === null) return null;
  const known = cacheDirectives.find((directive) => directive === value);
  if (known !== undefined) return known;
  throw new RelayError(
    'bad_request',
    `x-relaycore-cache must be one of ${cacheDirectives.join(', ')}.`,
  );
}

function cacheTtlSeconds(received: Received): number | null {
  const value = header(received, 'cache-ttl');
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new RelayError('bad_request', 'x-relaycore-cache-ttl must be a whole number of seconds.');
}
