// Changes single members of a scanned object; every other byte stays where it is.
import { isKey } from './read-member.ts';
import type { JsonMember, JsonObjectScan } from './scan-object.ts';

/** A piece of the text; `end` is the offset behind its last byte. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

/** What to put in the place of a span; for an insertion the span is empty. */
interface Patch extends JsonSpan {
  readonly text: string;
}

/**
 * The text with these members set or taken out: the value is JSON text to set, or null to remove.
 * All duplicates of a key are treated alike, so that no reader finds the old value. A member that is
 * new goes first, in the order given. Without a change it is `scan.bytes` itself, not a copy.
 */
export function editMembers(
  scan: JsonObjectScan,
  changes: Readonly<Record<string, string | null>>,
): Buffer {
  const entries = Object.entries(changes);
  const removedKeys = entries.flatMap(([key, json]) => (json === null ? [key] : []));
  const isEmptied = scan.members.every((member) => isOneOf(scan, member, removedKeys));
  const added: string[] = [];
  const patches: Patch[] = [];
  for (const [key, json] of entries) {
    if (json === null) continue;
    const places = scan.members.filter((member) => isOneOf(scan, member, [key]));
    if (places.length === 0) added.push(`${JSON.stringify(key)}:${json}`);
    for (const { valueStart, valueEnd } of places) {
      patches.push({ start: valueStart, end: valueEnd, text: json });
    }
  }
  for (const span of removedSpans(scan, removedKeys)) patches.push({ ...span, text: '' });
  patches.sort((one, other) => one.start - other.start);
  if (added.length > 0) {
    const text = added.join(',') + (isEmptied ? '' : ',');
    patches.unshift({ start: scan.start + 1, end: scan.start + 1, text });
  }
  return patches.length === 0 ? scan.bytes : applyPatches(scan.bytes, patches);
}

/** The text without these members, in pieces that are views of `scan.bytes`; for hashing uncopied. */
export function partsWithout(scan: JsonObjectScan, keys: readonly string[]): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end } of removedSpans(scan, keys)) {
    parts.push(scan.bytes.subarray(at, start));
    at = end;
  }
  parts.push(scan.bytes.subarray(at));
  return parts;
}

/**
 * What has to go when these members are taken out, each with one comma and the white space that
 * belongs to it, in the order of the text.
 */
export function removedSpans(scan: JsonObjectScan, keys: readonly string[]): JsonSpan[] {
  const spans: JsonSpan[] = [];
  let lastKept: JsonMember | undefined;
  let runStart: number | undefined;
  for (const member of scan.members) {
    if (isOneOf(scan, member, keys)) {
      runStart ??= member.keyStart;
    } else {
      if (runStart !== undefined) spans.push({ start: runStart, end: member.keyStart });
      runStart = undefined;
      lastKept = member;
    }
  }
  const last = scan.members.at(-1);
  if (runStart === undefined || last === undefined) return spans;
  // A run at the end takes the comma before it; nothing is left between braces that are empty now.
  if (lastKept === undefined) spans.push({ start: scan.start + 1, end: scan.end });
  else spans.push({ start: lastKept.valueEnd, end: last.valueEnd });
  return spans;
}

function isOneOf(scan: JsonObjectScan, member: JsonMember, keys: readonly string[]): boolean {
  return keys.some((key) => isKey(scan.bytes, member, key));
}

function applyPatches(bytes: Buffer, patches: readonly Patch[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of patches) {
    pieces.push(bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  pieces.push(bytes.subarray(at));
  return Buffer.concat(pieces);
}
