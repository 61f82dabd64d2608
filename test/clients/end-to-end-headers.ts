// The closed list of headers that may differ between the two sides of the core; all others pass as they are.

/** Of this hop only, or set by whoever writes the message. */
const ownOfEachHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
]);

/** `Name: value`, in order and in the sender's case; `except` (lower case) is left out too. */
export function endToEndHeaders(
  rawHeaders: readonly string[],
  except: readonly string[] = [],
): string[] {
  const lines: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    const isOwn = lower.startsWith('x-relaycore-') || lower.startsWith('x-aihub-');
    if (isOwn || ownOfEachHop.has(lower) || except.includes(lower)) continue;
    lines.push(`${name}: ${rawHeaders[index + 1] ?? ''}`);
  }
  return lines;
}
