import { RelayError } from '../../domain/relay-error.ts';
import type { ScannedBody } from '../../domain/relay-request.ts';
import { editMembers, partsWithout } from '../../platform/json-scan/edit-members.ts';
import { JsonScanError } from '../../platform/json-scan/json-scan-error.ts';
import { findMember, hasDuplicate, readMember } from '../../platform/json-scan/read-member.ts';
import { scanObject, type JsonObjectScan } from '../../platform/json-scan/scan-object.ts';

/** Members on which RelayCore and the provider must agree: given twice, readers take either one. */
const decidingMembers = ['model', 'stream', 'stream_options'];

/** Throws `bad_request` with the place of the mistake, and without a word of the body. */
export function scanBody(body: Buffer): ScannedBody {
  const scan = scanOrRefuse(body);
  for (const name of decidingMembers) {
    if (hasDuplicate(scan, name)) {
      throw new RelayError('bad_request', `The request body has "${name}" more than once.`);
    }
  }
  return {
    read: (name) => readMember(scan, name),
    has: (name) => findMember(scan, name) !== undefined,
    partsWithout: (names) => partsWithout(scan, names),
    withMember: (name, value) => editMembers(scan, { [name]: JSON.stringify(value) }),
  };
}

function scanOrRefuse(body: Buffer): JsonObjectScan {
  try {
    return scanObject(body);
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    const { line, column } = error.position;
    throw new RelayError(
      'bad_request',
      `The request body is not a JSON object: ${error.reason} at line ${line}, column ${column}.`,
      { cause: error },
    );
  }
}
