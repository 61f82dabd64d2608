// Which changes of the core's state are worth a notification, and in which words.
import type { CoreState } from '../core-host/core-state.ts';

export type NotificationLevel = 'all' | 'problems' | 'off';

export interface Announcement {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
}

/** Null where nothing is to be told. What is over before anybody could act is not told either. */
export function announcementOf(
  before: CoreState,
  now: CoreState,
  level: NotificationLevel,
): Announcement | null {
  if (level === 'off' || before.kind === now.kind) return null;
  switch (now.kind) {
    case 'failed':
      return { severity: 'error', text: `The proxy cannot start. ${now.reason}` };
    case 'hung':
      return { severity: 'warning', text: now.reason };
    case 'leading':
      return level === 'all' && before.kind !== 'starting'
        ? { severity: 'information', text: `The proxy runs in this window now, at ${now.url}.` }
        : null;
    case 'attached':
      return level === 'all' && before.kind !== 'starting'
        ? {
            severity: 'information',
            text: `The proxy runs in ${now.leader.host.name} now, at ${now.url}.`,
          }
        : null;
    case 'starting':
    case 'restarting':
    case 'reconnecting':
    case 'stopped':
      return null;
  }
}
