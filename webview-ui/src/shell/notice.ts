import type { FailureKind } from '../data/core-failure.ts';
import type { LiveState } from '../data/live-loop.ts';

/** What the page says instead of, or above, its panel. */
export interface Notice {
  readonly title: string;
  readonly text: string;
  /** Commands that help, each with what it is for. */
  readonly commands: readonly { readonly text: string; readonly label: string }[];
  readonly canRetry: boolean;
  /** What was shown before stays, dimmed. */
  readonly keepsPanel: boolean;
}

const openPage = { text: 'npx relaycore ui', label: 'the command that opens the page' };

export function noticeOf(
  state: LiveState,
  coreUrl: string,
  formatTime: (epochMs: number) => string,
): Notice | null {
  switch (state.kind) {
    case 'loading':
    case 'live':
      return null;
    case 'locked':
      return lockedNotice(state.reason);
    case 'disconnected':
      return {
        title: 'RelayCore does not answer',
        text: `Nobody answers at ${coreUrl}. ${staleness(state.updatedAt, formatTime)}The page tries again by itself. If the core was stopped, start it again:`,
        commands: [{ text: 'npx relaycore serve', label: 'the command that starts the core' }],
        canRetry: true,
        keepsPanel: state.updatedAt !== null,
      };
    case 'failing':
      return {
        title: 'RelayCore answers with an error',
        text: `${state.message} ${staleness(state.updatedAt, formatTime)}The page tries again by itself.`,
        commands: [],
        canRetry: true,
        keepsPanel: state.updatedAt !== null,
      };
  }
}

function staleness(updatedAt: number | null, formatTime: (epochMs: number) => string): string {
  return updatedAt === null ? '' : `What you see is from ${formatTime(updatedAt)}. `;
}

function lockedNotice(reason: FailureKind): Notice {
  const common = { commands: [openPage], canRetry: false, keepsPanel: false };
  const how = 'Open the page with a new one:';
  switch (reason) {
    case 'ticket-refused':
      return {
        ...common,
        title: 'This ticket is no longer good',
        text: `A ticket opens the page once, within a minute. ${how}`,
      };
    case 'session-ended':
      return {
        ...common,
        title: 'This session has ended',
        text: `A session lasts twelve hours, or until the core is started anew. It began with a ticket. ${how}`,
      };
    default:
      return {
        ...common,
        title: 'This page needs a ticket',
        text: 'It shows what your assistants do, so only you may open it. `npm start` prints an address with a ticket in it, and so does this command:',
      };
  }
}
