// The requests that the load sends. All are valid chat completions for a model with a known price; the upstream reads
// its orders (a stream, a big body) from the field `user`, which every gateway passes on.

/** Which request to send. Sizes in bytes, times in ms. */
export type Payload =
  /** `lookup`: temperature 0, each request unique: looked up, missed, stored. `plain`: not cacheable. */
  | { readonly kind: 'small'; readonly as: 'lookup' | 'plain' | 'hit' }
  /** `lookup` as above; `agent`: tools and tool results, so it is read but never looked up. */
  | { readonly kind: 'large'; readonly as: 'lookup' | 'agent'; readonly bytes: number }
  | { readonly kind: 'stream'; readonly chunks: number; readonly intervalMs: number }
  | { readonly kind: 'download'; readonly as: 'sse' | 'json'; readonly bytes: number };

export interface Target {
  readonly port: number;
  /** Name to value, added to the request. */
  readonly headers: Readonly<Record<string, string>>;
}

const counterMark = '#000000000000';
const counterDigits = counterMark.length - 1;

/** The whole request, and where its counter stands. */
export interface RequestTemplate {
  readonly bytes: Buffer;
  /** Offset of the twelve digits, -1 where every request is the same. */
  readonly counterAt: number;
}

export function buildRequest(target: Target, payload: Payload): RequestTemplate {
  const body = Buffer.from(JSON.stringify(bodyOf(payload)), 'utf8');
  const headers = {
    host: `127.0.0.1:${target.port}`,
    'content-type': 'application/json',
    accept: '*/*',
    'user-agent': 'relaycore-bench',
    ...target.headers,
    'content-length': String(body.length),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`POST /v1/chat/completions HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  const bytes = Buffer.concat([head, body]);
  const isConstant = payload.kind === 'small' && payload.as === 'hit';
  const mark = bytes.indexOf(counterMark);
  return { bytes, counterAt: isConstant || mark < 0 ? -1 : mark + 1 };
}

/** Writes the counter into a connection's own copy of the request. */
export function setCounter(bytes: Buffer, counterAt: number, counter: number): void {
  if (counterAt >= 0)
    bytes.write(String(counter).padStart(counterDigits, '0'), counterAt, 'latin1');
}

function bodyOf(payload: Payload): Record<string, unknown> {
  const model = 'gpt-4o-mini';
  const question = { role: 'user', content: `Which capital lies furthest north? ${counterMark}` };
  const system = {
    role: 'system',
    content: 'You are a helpful assistant. Answer in one sentence.',
  };
  switch (payload.kind) {
    case 'small': {
      const messages = [system, question];
      return payload.as === 'plain' ? { model, messages } : { model, temperature: 0, messages };
    }
    case 'large':
      return payload.as === 'agent'
        ? agentBody(model, payload.bytes)
        : {
            model,
            temperature: 0,
            messages: [system, { role: 'user', content: sourceText(payload.bytes) }, question],
          };
    case 'stream': {
      const user = `bench-stream-${payload.chunks}-${payload.intervalMs}`;
      return { model, user, temperature: 0, stream: true, messages: [system, question] };
    }
    case 'download': {
      const user = `bench-${payload.as}-${payload.bytes}`;
      return { model, user, stream: payload.as === 'sse', messages: [system, question] };
    }
  }
}

/** A session of a coding agent: tools, calls, and file contents as results. */
function agentBody(model: string, bytes: number): Record<string, unknown> {
  const tools = Array.from({ length: 16 }, (_, index) => ({
    type: 'function',
    function: {
      name: `tool_${index}`,
      description: sourceText(400),
      parameters: {
        type: 'object',
        properties: { path: { type: 'string' }, line: { type: 'integer' } },
        required: ['path'],
      },
    },
  }));
  const turns = Math.max(1, Math.round((bytes - 10_000) / 8_400));
  const messages = Array.from({ length: turns }, (_, index) => [
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: `call_${index}`,
          type: 'function',
          function: { name: 'tool_0', arguments: `{"path":"src/file-${index}.ts","line":1}` },
        },
      ],
    },
    { role: 'tool', tool_call_id: `call_${index}`, content: sourceText(7_800) },
  ]).flat();
  return {
    model,
    messages: [
      { role: 'system', content: sourceText(4_000) },
      ...messages,
      { role: 'user', content: `Go on. ${counterMark}` },
    ],
    tools,
  };
}

/** Program text of about so many bytes once it stands in JSON: newlines, quotes and indentation as code has them. */
function sourceText(bytes: number): string {
  const line =
    '  const value = await read("file.ts", { encoding: "utf8" }); // größer ünd kleiner\n';
  const size = JSON.stringify(line).length - 2;
  return line.repeat(Math.max(1, Math.round(bytes / size)));
}
