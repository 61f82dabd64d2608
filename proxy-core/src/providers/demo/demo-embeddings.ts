import { createHash } from 'node:crypto';
import { jsonAnswer, type DemoAnswer } from './demo-answer.ts';
import { DemoRefusal, readLimit, type JsonObject } from './demo-request.ts';
import { countTokens } from './demo-text.ts';

const demoDimensions = 256;
const maxInputs = 2048;

/** `POST /v1/embeddings`. Throws `DemoRefusal`. */
export function answerEmbeddings(body: JsonObject, model: string): DemoAnswer {
  const inputs = readInputs(body['input']);
  const dimensions = readLimit(body, 'dimensions') ?? demoDimensions;
  if (dimensions > demoDimensions) {
    throw new DemoRefusal(`Invalid 'dimensions': at most ${demoDimensions}.`, 'dimensions');
  }
  const format = body['encoding_format'] ?? 'float';
  if (format !== 'float' && format !== 'base64') {
    throw new DemoRefusal("Invalid 'encoding_format': float or base64.", 'encoding_format');
  }
  const tokens = inputs.reduce((sum, text) => sum + Math.max(1, countTokens(text)), 0);
  return jsonAnswer(200, {
    object: 'list',
    data: inputs.map((text, index) => {
      const vector = demoVector(text, dimensions);
      const embedding = format === 'float' ? [...vector] : base64Of(vector);
      return { object: 'embedding', index, embedding };
    }),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** One text, several, one list of tokens, or several. */
function readInputs(input: unknown): readonly string[] {
  if (typeof input === 'string' && input !== '') return [input];
  if (Array.isArray(input) && input.length > 0 && input.length <= maxInputs) {
    if (input.every((item) => typeof item === 'number')) return [JSON.stringify(input)];
    const texts = input.map((item: unknown) => (Array.isArray(item) ? JSON.stringify(item) : item));
    if (texts.every((text): text is string => typeof text === 'string' && text !== ''))
      return texts;
  }
  throw new DemoRefusal("Invalid 'input': expected a text, or a list of texts or tokens.", 'input');
}

/** A unit vector that depends on the text alone. It carries no meaning: the demo knows none. */
function demoVector(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (let index = 0; index < dimensions; index += 16) {
    const digest = createHash('sha256').update(`${index}:${text}`).digest();
    for (let offset = 0; offset < 16 && index + offset < dimensions; offset++) {
      vector[index + offset] = digest.readInt16LE(offset * 2) / 32768;
    }
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
