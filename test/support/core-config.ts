// Writes a config.yaml for a test core.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonBody } from './builders.ts';

/** A configuration whose providers are the mock: OpenAI's dialect at `/v1`, Anthropic's at the root. */
export function aConfig(mockUrl: string, overrides: JsonBody = {}): JsonBody {
  return {
    providers: {
      openai: { baseUrl: `${mockUrl}/v1`, apiKey: { env: 'OPENAI_API_KEY' } },
      anthropic: { baseUrl: mockUrl, apiKey: { env: 'ANTHROPIC_API_KEY' } },
    },
    ...overrides,
  };
}

/** Writes `config.yaml` into the folder (JSON is YAML) and gives its path. */
export function writeConfig(folder: string, config: JsonBody): string {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
  return path;
}
