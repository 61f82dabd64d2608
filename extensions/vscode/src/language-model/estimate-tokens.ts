// How long a prompt is, near enough for an editor to decide how much of a conversation it sends; what
// is billed is the provider's count.
import type { ChatMessage } from '@relaycore/proxy-core/contract/bridge';

/** English prose and code; the core's own estimate (decision 004). */
const bytesPerToken = 4;
/** An image of usual size; providers count from 85 to about 1,600. */
const tokensPerImage = 1_600;
/** Role and borders. */
const tokensPerMessage = 4;

export function tokensOfText(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

export function tokensOfMessage({ content }: ChatMessage): number {
  let tokens = tokensPerMessage;
  for (const part of content) tokens += tokensOfPart(part);
  return tokens;
}

function tokensOfPart(part: ChatMessage['content'][number]): number {
  switch (part.type) {
    case 'text':
    case 'thinking':
      return tokensOfText(part.text);
    case 'image':
      return tokensPerImage;
    case 'tool-call':
      return tokensOfText(part.name + JSON.stringify(part.arguments));
    case 'tool-result':
      return part.content.reduce((sum, inner) => sum + tokensOfPart(inner), tokensPerMessage);
  }
}
