// JSON Schema in the notation of TypeScript, which people read faster.

/** What `z.toJSONSchema` makes of our schemas. */
export interface JsonShape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonShape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonShape;
  readonly items?: JsonShape;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonShape[];
  readonly oneOf?: readonly JsonShape[];
}

/** Longer ones are broken into lines. */
const lineLength = 90;

export function typeText(shape: JsonShape, indent = ''): string {
  const { anyOf, oneOf, items, properties } = shape;
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return shape.enum.map((value) => JSON.stringify(value)).join(' | ');
  const variants = anyOf ?? oneOf;
  if (variants !== undefined) return unionText(variants, indent);
  if (items !== undefined) return listText(items, indent);
  if (properties !== undefined) return objectText(shape, indent);
  if (typeof shape.additionalProperties === 'object') {
    return `Record<string, ${typeText(shape.additionalProperties, indent)}>`;
  }
  const types = typeof shape.type === 'string' ? [shape.type] : (shape.type ?? ['unknown']);
  return types.join(' | ');
}

function unionText(variants: readonly JsonShape[], indent: string): string {
  const texts = variants.map((variant) => typeText(variant, indent));
  // `integer | null` of a number that may be missing, not each bound of it.
  return [...new Set(texts)].join(' | ');
}

function listText(items: JsonShape, indent: string): string {
  const text = typeText(items, indent);
  return text.includes(' | ') && !text.startsWith('{') ? `(${text})[]` : `${text}[]`;
}

function objectText({ properties = {}, required = [] }: JsonShape, indent: string): string {
  const deeper = `${indent}  `;
  const members = Object.entries(properties).map(([name, shape]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${name}${mark}: ${typeText(shape, deeper)}`;
  });
  if (members.length === 0) return '{}';
  const line = `{ ${members.join(', ')} }`;
  if (indent.length + line.length <= lineLength && !line.includes('\n')) return line;
  return ['{', ...members.map((member) => `${deeper}${member},`), `${indent}}`].join('\n');
}
