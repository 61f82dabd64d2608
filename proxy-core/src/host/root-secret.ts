import { randomBytes } from 'node:crypto';
import { RelayError } from '../domain/relay-error.ts';
import type { DataHome } from './data-home.ts';
import { loadSecret } from './secret-file.ts';

const secretBytes = 32;

export interface RootSecret {
  /** 32 bytes, from which keyed hashes and the cache's key are derived. */
  readonly bytes: Uint8Array;
  readonly notices: readonly string[];
}

/**
 * From `RELAYCORE_SECRET` (base64) where one is given, else from `<data home>/secret`. RelayError
 * `bad_config` for a variable that is not 32 bytes in base64: a weak secret must not pass silently.
 */
export async function loadRootSecret(home: DataHome, given: string | null): Promise<RootSecret> {
  if (given !== null && given !== '') {
    if (isSecret(given)) return { bytes: decode(given), notices: [] };
    throw new RelayError(
      'bad_config',
      'RELAYCORE_SECRET has to be 32 random bytes in base64; make one with: openssl rand -base64 32',
    );
  }
  const { value, notices } = await loadSecret(home, {
    file: 'secret',
    title: 'root secret',
    loss: 'Answers cached before are not found again.',
    generate: () => randomBytes(secretBytes).toString('base64'),
    isValid: isSecret,
  });
  return { bytes: decode(value), notices };
}

function isSecret(text: string): boolean {
  return /^[A-Za-z0-9+/_-]+=*$/.test(text) && decode(text).length === secretBytes;
}

// A copy of its own: a Buffer may be a view into a pool, which would travel to the workers with it.
function decode(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
