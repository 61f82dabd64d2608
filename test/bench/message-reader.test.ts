import assert from 'node:assert/strict';
import { createMessageReader } from './message-reader.ts';

describe('benchmark message reader', () => {
  const read = (wire: string, pieceBytes: number): string[] => {
    const seen: string[] = [];
    let body = '';
    const reader = createMessageReader('response', {
      head: (head) => seen.push(head.slice(9, 12)),
      body: (bytes) => {
        body += bytes.toString('latin1');
      },
      end: () => {
        seen.push(body);
        body = '';
      },
    });
    const bytes = Buffer.from(wire, 'latin1');
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      reader.push(bytes.subarray(start, start + pieceBytes));
    }
    reader.finish();
    return seen;
  };

  it('reads lengths, chunks, trailers and bodies until close, however the bytes are parted', () => {
    const wire = [
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
      'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\nx: y\r\n\r\n',
      'HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n',
      'HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\nthe rest',
    ].join('');
    for (const pieceBytes of [1, 2, 3, 7, 64, 10_000]) {
      assert.deepEqual(
        read(wire, pieceBytes),
        ['200', 'hello', '201', 'abc0123456789', '400', '', '502', 'the rest'],
        `pieces of ${pieceBytes}`,
      );
    }
  });
});
