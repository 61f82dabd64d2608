import { z } from 'zod';
import { settingsSchema } from './schema.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** JSON Schema (draft 7, which editors know best) of what may stand in `config.yaml`. */
export function settingsJsonSchema(): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(settingsSchema, {
    io: 'input',
    target: 'draft-7',
  });
  return {
    ...($schema === undefined ? {} : { $schema }),
    title: 'RelayCore configuration',
    description: 'What may stand in config.yaml in the data folder of RelayCore.',
    ...schema,
  };
}
