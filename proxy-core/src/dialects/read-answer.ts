import { JsonScanError } from '../platform/json-scan/json-scan-error.ts';
import { findMember, readMember } from '../platform/json-scan/read-member.ts';
import { scanObject, type JsonObjectScan } from '../platform/json-scan/scan-object.ts';

/** The top-level members of an answer; each is decoded when asked for. */
export interface AnswerMembers {
  has(name: string): boolean;
  /** The parsed value, undefined where it is absent. */
  read(name: string): unknown;
  /** The value's JSON text, unparsed, a character a byte; empty where it is absent. */
  text(name: string): string;
}

/** Null where the body is not one JSON object. */
export function readAnswer(body: Buffer): AnswerMembers | null {
  const scan = tryScan(body);
  if (scan === null) return null;
  return {
    has: (name) => findMember(scan, name) !== undefined,
    read: (name) => readMember(scan, name),
    text(name) {
      const member = findMember(scan, name);
      return member === undefined
        ? ''
        : body.toString('latin1', member.valueStart, member.valueEnd);
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
