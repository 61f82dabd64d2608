// The JSON scanner against JSON.parse: agents' bodies of four sizes, and shapes that could make a
// scanner slow. Run with: node test/bench/micro/json-scan.ts
import { findTopLevelString } from '../../../proxy-core/src/platform/json-scan/find-top-level-string.ts';
import {
  editMembers,
  partsWithout,
} from '../../../proxy-core/src/platform/json-scan/edit-members.ts';
import { readMember } from '../../../proxy-core/src/platform/json-scan/read-member.ts';
import { scanObject } from '../../../proxy-core/src/platform/json-scan/scan-object.ts';
import { compare, printRows } from './compare.ts';

const code = `import { createHash } from "node:crypto";

/** Joins what belongs together – "fast". */
export function keyOf(parts: readonly string[]): string {
\tconst hash = createHash("sha256");
    for (const part of parts) {
        if (part === "") throw new Error(\`empty part of \${parts.length}\`);
        hash.update(part).update("\\n");
    }
    return hash.digest("hex"); // 64 letters, C:\\\\keys\\\\
}
`;

const tool = {
  type: 'function',
  function: {
    name: 'read_file',
    description: 'Reads a file of the workspace.\nUse "path" for the file, offset for large ones.',
    parameters: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Absolute path of the file' },
        offset: { type: 'integer', minimum: 0 },
        encodings: { type: 'array', items: { type: 'string', enum: ['utf8', 'latin1'] } },
      },
      required: ['path'],
      additionalProperties: false,
    },
  },
};

/** A chat request as coding agents send it, of about this size. */
function agentBody(bytes: number): Buffer {
  const messages: unknown[] = [{ role: 'system', content: 'You are a coding assistant.' }];
  const tools = bytes < 4096 ? [] : Array.from({ length: 12 }, () => tool);
  const text = code.repeat(4);
  let rest = bytes - 260 - JSON.stringify(tools).length;
  for (let turn = 0; rest > 0; turn++) {
    const piece = text.slice(0, Math.min(rest, text.length - (turn % 7) * 50));
    const call = { name: 'read_file', arguments: JSON.stringify({ path: '/src/a.ts', piece }) };
    const message =
      turn % 4 === 3
        ? { role: 'assistant', content: null, tool_calls: [{ id: `call_${turn}`, function: call }] }
        : { role: 'user', content: piece };
    messages.push(message);
    rest -= JSON.stringify(message).length;
  }
  const options = { stream: true, temperature: 0, max_completion_tokens: 4096, user: 'u-1' };
  return Buffer.from(JSON.stringify({ model: 'gpt-5', messages, tools, ...options }));
}

const many = 20_000;
const shapes: Record<string, string> = {
  'small numbers': JSON.stringify({ a: Array.from({ length: many }, (_, index) => index % 10) }),
  floats: JSON.stringify({ a: Array.from({ length: many }, (_, index) => Math.sin(index)) }),
  'empty strings': JSON.stringify({ a: Array.from({ length: many }, () => '') }),
  'nested arrays': JSON.stringify({ a: Array.from({ length: many }, () => [[]]) }),
  'tool definitions': JSON.stringify({ a: Array.from({ length: 200 }, () => tool) }),
  'line breaks only': JSON.stringify({ a: '\n'.repeat(many * 5) }),
  '\\uXXXX only': `{"a":"${String.raw`\u00e9`.repeat(many)}"}`,
  'Chinese text': JSON.stringify({ a: '中文字符'.repeat(many) }),
  'base64 image': JSON.stringify({ a: 'QUJDREVG'.repeat(many * 2) }),
  'indented body': JSON.stringify(JSON.parse(agentBody(256 * 1024).toString()), null, 2),
};

for (const size of [300, 2000, 20_000, 256 * 1024, 2 * 1024 * 1024]) {
  const body = agentBody(size);
  const text = body.toString('latin1');
  const scan = scanObject(body);
  printRows(
    `agent's body, ${body.length} bytes (median, best, against the first)`,
    compare({
      'JSON.parse of a latin1 string': () => JSON.parse(text),
      'JSON.parse of the buffer': () => JSON.parse(body.toString()),
      scanObject: () => scanObject(body),
      'scanObject and four reads': () => {
        const { members, ...rest } = scanObject(body);
        const found = { members, ...rest };
        return ['model', 'stream', 'temperature', 'tool_choice'].map((key) =>
          readMember(found, key),
        );
      },
      'partsWithout two members': () => partsWithout(scan, ['stream', 'stream_options']),
      'editMembers, one new member': () => editMembers(scan, { stream_options: '{"a":true}' }),
    }),
  );
}

for (const [name, text] of Object.entries(shapes)) {
  const body = Buffer.from(text);
  const latin1 = body.toString('latin1');
  printRows(
    `${name}, ${body.length} bytes`,
    compare({
      'JSON.parse of a latin1 string': () => JSON.parse(latin1),
      scanObject: () => scanObject(body),
    }),
  );
}

const image = 'QUJDREVG'.repeat((64 * 1024 * 1024) / 8);
const huge: Record<string, Buffer> = {
  'images, 64 MB': Buffer.from(`{"messages":["${image}"],"model":"m"}`),
  'code, 64 MB': agentBody(64 * 1024 * 1024),
};
for (const [name, body] of Object.entries(huge)) {
  printRows(name, compare({ findTopLevelString: () => findTopLevelString(body, 'model') }));
}
