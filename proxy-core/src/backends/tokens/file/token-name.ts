import { RelayError } from '../../../domain/relay-error.ts';

/**
 * The name as it is kept. RelayError `bad_request` where it is not 1 to 64 printable characters. A name
 * that looks like a token is refused: whoever pastes one in would have it stored and shown in plain.
 */
export function checkTokenName(name: string): string {
  const kept = name.normalize('NFC');
  if (/^(rc_|sk-)/.test(kept)) {
    throw new RelayError('bad_request', 'A token name must not begin like a token or a key.');
  }
  // They cannot stand in a URL's path, encoded or not.
  const isPath = kept === '.' || kept === '..';
  const isPrintable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,64}$/u.test(kept);
  if (isPrintable && !isPath && kept.trim() === kept) return kept;
  throw new RelayError(
    'bad_request',
    'A token name is 1 to 64 printable characters without spaces at its ends.',
  );
}
