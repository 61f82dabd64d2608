import { RelayError } from '../../domain/relay-error.ts';
import type { ScannedBody } from '../../domain/relay-request.ts';
import { editMembers, partsWithout } from '../../platform/json-scan/edit-members.ts';
import { JsonScanError } from '../../platform/json-scan/json-scan-error.ts';
import { findMember, hasDuplicate, readMember } from '../../platform/json-scan/read-member.ts';
import { scanObject, type JsonObjectScan } from '../../platform/json-scan/scan-object.ts';

/** Members on which RelayCore and the provider must agree: given twice, readers take either one. */
const decidingMembers = ['model', 'stream', 'stream_options'] as const;

/** Throws `bad_request` with the place of the mistake, and without a word of the body. */
export function scanBody(body: Buffer): ScannedBody {
  return new ScannedJson(scanOrRefuse(body));
}

class ScannedJson implements ScannedBody {
  readonly #scan: JsonObjectScan;

  constructor(scan: JsonObjectScan) {
    this.#scan = scan;
    for (const name of decidingMembers) {
      if (!hasDuplicate(scan, name)) continue;
      throw new RelayError('bad_request', `The request body has "${name}" more than once.`);
    }
  }

  has(name: string): boolean {
    return findMember(this.#scan, name) !== undefined;
  }

  read(name: string): unknown {
    return readMember(this.#scan, name);
  }

  isGiven(name: string): boolean {
    const member = findMember(this.#scan, name);
    if (member === undefined) return false;
    const { bytes } = this.#scan;
    const { valueStart, valueEnd } = member;
    // A list is given where it has anything but white space between its brackets.
    if (bytes[valueStart] === openBracket) {
      let at = valueStart + 1;
      while ((bytes[at] ?? 0) <= space) at += 1;
      return at < valueEnd - 1;
    }
    const beginning = bytes.toString('latin1', valueStart, Math.min(valueEnd, valueStart + 6));
    return beginning !== 'null' && beginning !== 'false';
  }

  partsWithout(names: readonly string[]): readonly Buffer[] {
    return partsWithout(this.#scan, names);
  }

  withMember(name: string, value: unknown): Buffer {
    return editMembers(this.#scan, { [name]: JSON.stringify(value) });
  }
}

const openBracket = 0x5b;
const space = 0x20;

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
