// POST /v1/ui/tickets: a ticket that opens the page once.
import { uiTicketSchema } from '../contract/control.ts';
import type { UiSessions } from './access/ui-sessions.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';
import { issueUiTicket } from './operations/ui-ticket.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/ui/tickets',
  summary: 'Get a ticket for the page',
  description: 'The fragment of a URL never travels to a server, so it is in no log.',
  responses: {
    201: json(named(uiTicketSchema, 'UiTicket'), 'Good once, for 60 seconds.'),
    401: failures[401],
    403: failures[403],
  },
});

export function uiTickets({ tickets }: UiSessions): ControlEndpoint {
  return {
    access: 'control',
    ...route,
    mount: (application) =>
      application.openapi(route, (context) => context.json(issueUiTicket(tickets), 201)),
  };
}
