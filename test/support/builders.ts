// Request bodies for tests: a valid one by default, and only what the test is about said in the test.

export type JsonBody = Record<string, unknown>;

/** An OpenAI chat completion request. */
export function aChatRequest(overrides: JsonBody = {}): JsonBody {
  return {
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'You are terse.' },
      { role: 'user', content: 'Say hello.' },
    ],
    ...overrides,
  };
}

/** An Anthropic messages request. */
export function aMessagesRequest(overrides: JsonBody = {}): JsonBody {
  return {
    model: 'claude-sonnet-4-6',
    max_tokens: 256,
    system: [{ type: 'text', text: 'You are terse.' }],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }],
    ...overrides,
  };
}

/** An OpenAI embeddings request. */
export function anEmbeddingsRequest(overrides: JsonBody = {}): JsonBody {
  return { model: 'text-embedding-3-small', input: 'Say hello.', ...overrides };
}

/** A tool in OpenAI's form, for requests that must not be cached by default. */
export function aChatTool(name = 'get_weather'): JsonBody {
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  };
  return { type: 'function', function: { name, description: 'Weather of a city.', parameters } };
}

/** The same tool in Anthropic's form. */
export function aMessagesTool(name = 'get_weather'): JsonBody {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  return { name, description: 'Weather of a city.', input_schema: schema };
}

/** The bytes of a body, as a client would post them. */
export function bytesOf(body: JsonBody): Buffer {
  return Buffer.from(JSON.stringify(body), 'utf8');
}
