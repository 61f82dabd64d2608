import type { FailureKind } from '../data/core-failure.ts';
import type { LiveState } from '../data/live-loop.ts';
import type { Remedies, Remedy } from '../host/host.ts';

/** What the page says instead of, or above, its panel. */
export interface Notice {
  readonly title: string;
  readonly text: string;
  readonly remedies: readonly Remedy[];
  readonly canRetry: boolean;
  /** What was shown before stays, dimmed. */
  readonly keepsPanel: boolean;
}

export interface NoticeContext {
  readonly remedies: Remedies;
  formatTime(epochMs: number): string;
}

export function noticeOf(state: LiveState, context: NoticeContext): Notice | null {
  const { remedies, formatTime } = context;
  switch (state.kind) {
    case 'loading':
    case 'live':
      return null;
    case 'locked':
      return lockedNotice(state.reason, remedies);
    case 'disconnected':
      return {
        title: 'RelayCore does not answer',
        text: `${state.message} ${staleness(state.updatedAt, formatTime)}The page tries again by itself. If the core was stopped, start it again:`,
        remedies: [remedies.startCore],
        canRetry: true,
        keepsPanel: state.updatedAt !== null,
      };
    case 'failing':
      return {
        title: 'RelayCore answers with an error',
        text: `${state.message} ${staleness(state.updatedAt, formatTime)}The page tries again by itself.`,
        remedies: [],
        canRetry: true,
        keepsPanel: state.updatedAt !== null,
      };
  }
}

function staleness(updatedAt: number | null, formatTime: (epochMs: number) => string): string {
  return updatedAt === null ? '' : `What you see is from ${formatTime(updatedAt)}. `;
}

function lockedNotice(reason: FailureKind, { openPage }: Remedies): Notice {
  const common = { remedies: [openPage], canRetry: false, keepsPanel: false };
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
