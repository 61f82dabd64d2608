import { isObject, type JsonObject } from './demo-request.ts';

const maxDepth = 6;

/** A tool and the smallest input that its schema allows, for requests that demand a call. */
export interface DemoCall {
  readonly name: string;
  readonly input: unknown;
}

/** The tool that must be called: the named one, else the first. Null where there is none. */
export function demoCall(
  tools: readonly { readonly name: unknown; readonly schema: unknown }[],
  wanted: unknown,
): DemoCall | null {
  const tool = tools.find(({ name }) => typeof name === 'string' && (wanted ?? name) === name);
  if (typeof tool?.name !== 'string') return null;
  const input = sampleOf(tool.schema, maxDepth);
  return { name: tool.name, input: isObject(input) ? input : {} };
}

function sampleOf(schema: unknown, depth: number): unknown {
  if (!isObject(schema) || depth === 0) return null;
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  const options: unknown = schema['enum'];
  if (Array.isArray(options) && options.length > 0) return options[0];
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'string':
      return 'demo';
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'object':
      return sampleObject(schema, depth);
    default:
      return isObject(schema['properties']) ? sampleObject(schema, depth) : null;
  }
}

function sampleObject(schema: JsonObject, depth: number): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(
    required
      .filter((name): name is string => typeof name === 'string')
      .map((name) => [name, sampleOf(properties[name], depth - 1)]),
  );
}
