// The schema as a tree of plain nodes, read off its JSON Schema: what the environment, error
// messages and the reference page need to know without touching the inside of zod.
import { settingsJsonSchema, type JsonSchema } from './json-schema.ts';

export type SettingType = 'boolean' | 'integer' | 'number' | 'string';

interface NodeBase {
  readonly description: string;
  readonly isRequired: boolean;
}

/** Fixed names, each with a node of its own. */
export interface SectionNode extends NodeBase {
  readonly kind: 'section';
  readonly fields: ReadonlyMap<string, SettingNode>;
}

/** Names that the user chooses, all with the same kind of node. */
export interface RecordNode extends NodeBase {
  readonly kind: 'record';
  readonly entry: SettingNode;
}

export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly item: SettingNode;
  readonly default: unknown;
}

export interface ValueNode extends NodeBase {
  readonly kind: 'value';
  readonly types: readonly SettingType[];
  /** Where only certain words are allowed. */
  readonly choices: readonly string[];
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** undefined where there is none. */
  readonly default: unknown;
}

export type SettingNode = SectionNode | RecordNode | ListNode | ValueNode;

/** The whole configuration; costs some milliseconds, so keep the result. */
export function createSettingTree(): SectionNode {
  const node = toNode(settingsJsonSchema(), false);
  if (node.kind !== 'section') throw new TypeError('The configuration is a section.');
  return node;
}

function toNode(schema: JsonSchema, isRequired: boolean): SettingNode {
  const base = { description: schema.description ?? '', isRequired };
  if (schema.properties !== undefined) {
    const required = schema.required ?? [];
    const fields = Object.entries(schema.properties).map(([name, field]): [string, SettingNode] => [
      name,
      toNode(schemaOf(field), required.includes(name)),
    ]);
    return { ...base, kind: 'section', fields: new Map(fields) };
  }
  if (schema.type === 'object') {
    return { ...base, kind: 'record', entry: toNode(schemaOf(schema.additionalProperties), false) };
  }
  if (schema.type === 'array') {
    const items = Array.isArray(schema.items) ? schema.items[0] : schema.items;
    return { ...base, kind: 'list', item: toNode(schemaOf(items), false), default: schema.default };
  }
  return { ...base, ...toValue(schema), default: schema.default };
}

function toValue(
  schema: JsonSchema,
): Pick<ValueNode, 'kind' | 'types' | 'choices' | 'minimum' | 'maximum'> {
  const alternatives = (schema.anyOf ?? [schema]).map(schemaOf);
  const words = alternatives.flatMap((each) => [...(each.enum ?? []), each.const]);
  return {
    kind: 'value',
    types: alternatives.flatMap(({ type }) => (isSettingType(type) ? [type] : [])),
    choices: words.filter((word) => typeof word === 'string'),
    minimum:
      alternatives.map((each) => each.minimum ?? each.exclusiveMinimum).find(isNumber) ?? null,
    maximum: alternatives.map((each) => each.maximum).find(isNumber) ?? null,
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isSettingType(type: unknown): type is SettingType {
  return type === 'boolean' || type === 'integer' || type === 'number' || type === 'string';
}

function schemaOf(schema: boolean | JsonSchema | undefined): JsonSchema {
  return typeof schema === 'object' ? schema : {};
}
