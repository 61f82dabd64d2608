/** Whether these bytes stand in the text at this offset. */
export function hasAt(text: Buffer, bytes: Buffer, offset: number): boolean {
  const end = offset + bytes.length;
  return (
    offset >= 0 && end <= text.length && text.compare(bytes, 0, bytes.length, offset, end) === 0
  );
}
