// A kept message in the other form: streamed where it was whole, whole where it was streamed.
import type { ReplayCodec } from '../../domain/dialect.ts';
import { eventsToMessage } from './events-to-message.ts';
import { messageToEvents } from './message-to-events.ts';

export const messagesReplay: ReplayCodec = {
  toStream: messageToEvents,
  toJson: eventsToMessage,
};
