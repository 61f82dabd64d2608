// A chat as an assistant sends it, streamed, through OpenAI's own client.
import type OpenAI from 'openai';

export interface Answered {
  readonly text: string;
  /** `x-relaycore-cache`: `hit`, `coalesced`, `miss` or `bypass`. */
  readonly cache: string | null;
  readonly requestId: string | null;
}

/** `temperature: 0`, so that the cache may answer the same again. */
export async function askStreamed(client: OpenAI, content = 'Say hello.'): Promise<Answered> {
  const asked = client.chat.completions.create({
    model: 'gpt-4o-mini',
    temperature: 0,
    stream: true,
    messages: [{ role: 'user', content }],
  });
  const { data, response } = await asked.withResponse();
  let text = '';
  for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? '';
  const { headers } = response;
  return {
    text,
    cache: headers.get('x-relaycore-cache'),
    requestId: headers.get('x-relaycore-request-id'),
  };
}
