// The provider of the benchmark: a process of its own on bare sockets, lean enough not to be the bottleneck. It answers
// chat completions with one prepared JSON, or as the request's `user` field orders: `bench-stream-COUNT-INTERVAL`
// (each chunk carries the time at which it was sent, `include_usage` honoured), `bench-sse-BYTES`, `bench-json-BYTES`.
// `GET /bench/open` tells how many answers are still being sent.

import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createMessageReader } from './message-reader.ts';

const markLimit = 8_192;
const pieceBytes = 65_536;

const smallAnswer = jsonMessage({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1_793_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'Of the capitals of sovereign states, Reykjavík lies furthest north.',
        refusal: null,
        annotations: [],
      },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 33,
    completion_tokens: 17,
    total_tokens: 50,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  },
  service_tier: 'default',
  system_fingerprint: 'fp_bench',
});

function jsonMessage(value: unknown): Buffer {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_bench\r\ncontent-length: ${length}\r\n\r\n`;
  return Buffer.from(head + body, 'utf8');
}

/** Answers in progress; a set, because what matters is which sockets are still fed. */
type Open = Set<Socket>;

function serve(socket: Socket, open: Open): void {
  socket.setNoDelay(true);
  let requestLine = '';
  let text = '';
  let length = 0;
  const reader = createMessageReader('request', {
    head: (head) => {
      requestLine = head.slice(0, head.indexOf('\r\n'));
      text = '';
      length = 0;
    },
    body: (bytes) => {
      length += bytes.length;
      if (length <= markLimit) text += bytes.toString('latin1');
    },
    end: () => answer(socket, open, { requestLine, text: length <= markLimit ? text : '' }),
  });
  socket.on('data', reader.push);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => open.delete(socket));
}

function answer(socket: Socket, open: Open, asked: { requestLine: string; text: string }): void {
  if (asked.requestLine.startsWith('GET /bench/open')) {
    socket.write(jsonMessage({ open: open.size }));
    return;
  }
  const mark = asked.text.indexOf('"bench-');
  if (mark < 0) {
    socket.write(smallAnswer);
    return;
  }
  const [kind, first, second] = asked.text
    .slice(mark + 7, asked.text.indexOf('"', mark + 7))
    .split('-');
  open.add(socket);
  if (kind === 'stream') {
    const withUsage = /"include_usage": ?true/.test(asked.text);
    stream(socket, open, { chunks: Number(first), intervalMs: Number(second), withUsage });
  } else {
    download(socket, open, { bytes: Number(first), isStream: kind === 'sse' });
  }
}

const streamHead =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\nx-request-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n';

interface StreamOrder {
  readonly chunks: number;
  readonly intervalMs: number;
  readonly withUsage: boolean;
}

function stream(socket: Socket, open: Open, order: StreamOrder): void {
  let sent = 0;
  const finish = (): void => {
    const last = event('{}', '"stop"', order.withUsage ? ',"usage":null' : '');
    const usage = order.withUsage ? usageEvent : '';
    socket.write(
      `${frame(last)}${usage === '' ? '' : frame(usage)}${frame('data: [DONE]\n\n')}0\r\n\r\n`,
      'latin1',
    );
    open.delete(socket);
  };
  const next = (): boolean => {
    sent += 1;
    const chunk = frame(stampedEvent(order.withUsage));
    return socket.write(sent === 1 ? streamHead + chunk : chunk, 'latin1');
  };
  if (order.intervalMs === 0) {
    const burst = (): void => {
      while (sent < order.chunks && !socket.destroyed) {
        if (!next()) {
          socket.once('drain', burst);
          return;
        }
      }
      finish();
    };
    burst();
    return;
  }
  next();
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else if (sent < order.chunks) next();
    else {
      clearInterval(timer);
      finish();
    }
  }, order.intervalMs);
}

/** Microseconds of the monotonic clock, sixteen digits, after a `t`: what the load subtracts from its own clock. */
function stampedEvent(withUsage: boolean): string {
  const stamp = String(process.hrtime.bigint() / 1000n).padStart(16, '0');
  return event(`{"content":"t${stamp} and"}`, 'null', withUsage ? ',"usage":null' : '');
}

function event(delta: string, finishReason: string, usage: string): string {
  return `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1793000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_bench","choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finishReason}}]${usage}}\n\n`;
}

const usageEvent =
  'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1793000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_bench","choices":[],"usage":{"prompt_tokens":33,"completion_tokens":100,"total_tokens":133}}\n\n';

function frame(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

/** A body of so many bytes, as a reader can take it. */
function download(socket: Socket, open: Open, order: { bytes: number; isStream: boolean }): void {
  const piece = filler(order.isStream);
  const pieces = Math.max(1, Math.round(order.bytes / pieceBytes));
  const first = order.isStream ? '' : '{"id":"chatcmpl-bench","choices":[],"padding":"';
  const last = order.isStream ? 'data: [DONE]\n\n' : '"}';
  const length = first.length + pieces * piece.length + last.length;
  const contentType = order.isStream ? 'text/event-stream; charset=utf-8' : 'application/json';
  socket.write(
    `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\ncontent-length: ${length}\r\n\r\n${first}`,
    'latin1',
  );
  let sent = 0;
  const pump = (): void => {
    while (sent < pieces && !socket.destroyed) {
      sent += 1;
      if (!socket.write(piece)) {
        socket.once('drain', pump);
        return;
      }
    }
    if (socket.destroyed) return;
    socket.write(last, 'latin1');
    open.delete(socket);
  };
  pump();
}

function filler(isStream: boolean): Buffer {
  if (!isStream) return Buffer.alloc(pieceBytes, 'x');
  const text = event(`{"content":"${'x'.repeat(1_000)}"}`, 'null', '');
  return Buffer.from(text.repeat(Math.ceil(pieceBytes / text.length)), 'latin1');
}

const open: Open = new Set();
const server = createServer({ noDelay: true }, (socket) => serve(socket, open));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once('disconnect', () => process.exit(0));
