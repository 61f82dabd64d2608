// Reads HTTP/1.1 messages off a socket with as little work as can be, so that neither the load nor the upstream is
// the bottleneck. It trusts its peers' framing: a tool of the benchmark, no parser for the wild.

export interface MessageSink {
  /** Start line and headers, latin1, without the blank line. */
  head(head: string): void;
  /** A piece of the body; valid during the call only. */
  body(bytes: Buffer): void;
  end(): void;
}

export interface MessageReader {
  push(data: Buffer): void;
  /** The socket has ended: completes a body without a length. */
  finish(): void;
}

type State =
  | { readonly kind: 'head' | 'chunk-size' | 'chunk-end' | 'trailer' | 'until-close' }
  | { readonly kind: 'length' | 'chunk'; left: number };

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/** `kind` tells what a message without length and encoding means: no body, or one until the socket's end. */
export function createMessageReader(
  kind: 'request' | 'response',
  sink: MessageSink,
): MessageReader {
  let state: State = { kind: 'head' };
  let partial: Buffer | undefined;

  /** Text up to a mark, or undefined after keeping the rest for the next push. */
  const textUpTo = (data: Buffer, offset: number, mark: Buffer): string | undefined => {
    const end = data.indexOf(mark, offset);
    if (end >= 0) return data.toString('latin1', offset, end);
    // A copy: the socket's read buffer is used again for the next read.
    partial = Buffer.from(data.subarray(offset));
    return undefined;
  };
  const complete = (): void => {
    state = { kind: 'head' };
    sink.end();
  };
  const startBody = (head: string): void => {
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) state = { kind: 'length', left: Number(length) };
    else if (/\r\ntransfer-encoding: *chunked/i.test(head)) state = { kind: 'chunk-size' };
    else if (kind === 'response') state = { kind: 'until-close' };
    else state = { kind: 'length', left: 0 };
    sink.head(head);
    if (state.kind === 'length' && state.left === 0) complete();
  };
  const readLine = (data: Buffer, offset: number): number => {
    const line = textUpTo(data, offset, lineEnd);
    if (line === undefined) return data.length;
    if (state.kind === 'chunk-size') {
      const size = Number.parseInt(line, 16);
      state = size === 0 ? { kind: 'trailer' } : { kind: 'chunk', left: size };
    } else if (state.kind === 'chunk-end') {
      state = { kind: 'chunk-size' };
    } else if (line === '') {
      complete();
    }
    return offset + line.length + 2;
  };
  const step = (data: Buffer, offset: number): number => {
    switch (state.kind) {
      case 'head': {
        const head = textUpTo(data, offset, headEnd);
        if (head === undefined) return data.length;
        startBody(head);
        return offset + head.length + 4;
      }
      case 'length':
      case 'chunk': {
        const current = state;
        const end = Math.min(data.length, offset + current.left);
        current.left -= end - offset;
        sink.body(data.subarray(offset, end));
        if (current.left > 0) return end;
        if (current.kind === 'length') complete();
        else state = { kind: 'chunk-end' };
        return end;
      }
      case 'until-close':
        sink.body(data.subarray(offset));
        return data.length;
      case 'chunk-size':
      case 'chunk-end':
      case 'trailer':
        return readLine(data, offset);
    }
  };
  return {
    push: (received) => {
      const data = partial === undefined ? received : Buffer.concat([partial, received]);
      partial = undefined;
      let offset = 0;
      while (offset < data.length) offset = step(data, offset);
    },
    finish: () => {
      if (state.kind === 'until-close') complete();
    },
  };
}
