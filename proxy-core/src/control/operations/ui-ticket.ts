import type { z } from 'zod';
import type { uiTicketSchema } from '../../contract/control.ts';
import type { UiSessions } from '../access/ui-sessions.ts';

/** A ticket, and the path of the page that takes it out of the URL's fragment. */
export function issueUiTicket(tickets: UiSessions['tickets']): z.infer<typeof uiTicketSchema> {
  const { secret, expiresAt } = tickets.issue();
  return { ticket: secret, expiresAt, path: `/ui#ticket=${secret}` };
}
