// A stream that is under way while something happens to the core that serves it.
import { createChatClient } from '../../support/chat-client.ts';

export interface StreamOrder {
  readonly url: string;
  readonly token: string;
  /** One every 50 ms. */
  readonly chunks: number;
}

/** Resolves with the first chunk; the inner promise, which never rejects, with how it ended. */
export async function startStream(
  order: StreamOrder,
): Promise<{ ended: Promise<'whole' | 'cut'> }> {
  const ask = createChatClient({ url: order.url }, order.token);
  const response = await ask({ stream: true, user: `bench-stream-${order.chunks}-50` });
  const reader = response.body?.getReader();
  if (!response.ok || reader === undefined) {
    throw new Error(`The stream was refused: ${response.status} ${await response.text()}`);
  }
  await reader.read();
  return { ended: readToEnd(reader) };
}

async function readToEnd(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<'whole' | 'cut'> {
  try {
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text.includes('[DONE]') ? 'whole' : 'cut';
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return 'cut';
  }
}
