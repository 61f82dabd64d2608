import { JsonScanError } from '../platform/json-scan/json-scan-error.ts';
import { findMember, readMember } from '../platform/json-scan/read-member.ts';
import { scanObject, type JsonObjectScan } from '../platform/json-scan/scan-object.ts';
import { objectsOf, parseObject, textOf, type JsonObject } from './json-value.ts';

/** The top-level members of an answer; each is decoded when asked for. */
export interface AnswerMembers {
  has(name: string): boolean;
  /** The parsed value, undefined where it is absent. */
  read(name: string): unknown;
  /** The texts under `member` in the objects of the list `name`, in order. */
  textsIn(name: string, member: string): readonly string[];
}

/** Up to here building the whole tree is quicker than to step over it and parse single members. */
const maxParsedBytes = 16 * 1024;

/** Null where the body is not one JSON object. */
export function readAnswer(body: Buffer): AnswerMembers | null {
  if (body.length <= maxParsedBytes) {
    const tree = parseObject(body.toString());
    return tree === null ? null : membersOfTree(tree);
  }
  const scan = tryScan(body);
  return scan === null ? null : membersOfScan(scan);
}

function membersOfTree(tree: JsonObject): AnswerMembers {
  return {
    has: (name) => tree[name] !== undefined,
    read: (name) => tree[name],
    textsIn: (name, member) => objectsOf(tree[name]).flatMap((item) => textOf(item[member]) ?? []),
  };
}

function membersOfScan(scan: JsonObjectScan): AnswerMembers {
  return {
    has: (name) => findMember(scan, name) !== undefined,
    read: (name) => readMember(scan, name),
    textsIn(name, member) {
      const span = findMember(scan, name);
      if (span === undefined) return [];
      const text = scan.bytes.toString('latin1', span.valueStart, span.valueEnd);
      // Quotes inside generated text are escaped, so that this finds the member and nothing else.
      const pattern = new RegExp(`"${member}"\\s*:\\s*"([^"\\\\]+)"`, 'g');
      return [...text.matchAll(pattern)].map(([, found]) => found ?? '');
    },
  };
}

function tryScan(body: Buffer): JsonObjectScan | null {
  try {
    return scanObject(body);
  } catch (error) {
    if (error instanceof JsonScanError) return null;
    throw error;
  }
}
