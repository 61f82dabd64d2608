// What the tests of the page ask of a running core beside the page itself.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCore, type RunCoreOptions, type RunningCore } from '../support/run-core.ts';

/** A core that serves the page, and whose only provider is the demo: nothing leaves the machine. */
export async function runPageCore(options: RunCoreOptions = {}): Promise<RunningCore> {
  const built = fileURLToPath(new URL('../../proxy-core/dist/ui/main.js', import.meta.url));
  if (!existsSync(built)) throw new Error('The page is not built: run npm run build.');
  const providers = { openai: { enabled: false }, anthropic: { enabled: false } };
  return runCore({ ...options, config: { providers, ...options.config } });
}

/** The address of the page with a ticket in it, as `relaycore ui` prints it. */
export async function pageUrl(core: RunningCore): Promise<string> {
  const answer = await fetch(`${core.url}/v1/ui/tickets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${core.controlToken}` },
  });
  const { path } = (await answer.json()) as { path: string };
  return core.url + path;
}

export interface Asked {
  readonly model: string;
  readonly text?: string;
  readonly stream?: boolean;
  readonly temperature?: number;
  readonly dialect?: 'openai' | 'anthropic';
  /** `x-relaycore-client`. */
  readonly assistant?: string;
}

/** Sends one chat request as an assistant does and reads the answer to its end. */
export async function ask(core: RunningCore, token: string, asked: Asked): Promise<Response> {
  const { model, text = 'Hello', dialect = 'openai', assistant, ...rest } = asked;
  const body = { model, messages: [{ role: 'user', content: text }], ...rest };
  const answer = await fetch(
    core.url + (dialect === 'openai' ? '/v1/chat/completions' : '/v1/messages'),
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        ...(dialect === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {}),
        ...(assistant === undefined ? {} : { 'x-relaycore-client': assistant }),
      },
      body: JSON.stringify(dialect === 'anthropic' ? { max_tokens: 100, ...body } : body),
    },
  );
  await answer.clone().arrayBuffer();
  return answer;
}
