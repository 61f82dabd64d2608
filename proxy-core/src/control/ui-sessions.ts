// POST /v1/ui/sessions: the page exchanges its ticket for a session.
import { uiSessionSchema, uiTicketRedemptionSchema } from '../contract/control.ts';
import { RelayError } from '../domain/relay-error.ts';
import type { UiSessions } from './access/ui-sessions.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/ui/sessions',
  summary: 'Exchange a ticket for a session of the page',
  security: [{}],
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: uiTicketRedemptionSchema } },
    },
  },
  responses: {
    201: json(named(uiSessionSchema, 'UiSession'), 'Good for 12 hours, or until the core ends.'),
    400: failures[400],
    401: failures[401],
  },
});

export interface UiSessionDependencies extends UiSessions {
  refuseSlowly(refusal: RelayError): Promise<never>;
}

export function uiSessions({
  tickets,
  sessions,
  refuseSlowly,
}: UiSessionDependencies): ControlEndpoint {
  return {
    access: 'public',
    ...route,
    mount: (application) =>
      application.openapi(route, async (context) => {
        const { ticket } = context.req.valid('json');
        if (!tickets.take(ticket)) {
          return refuseSlowly(
            new RelayError(
              'unauthenticated',
              'This ticket was used already or is older than a minute. Run `relaycore ui` for a new one.',
            ),
          );
        }
        const { secret, expiresAt } = sessions.issue();
        return context.json({ token: secret, expiresAt }, 201);
      }),
  };
}
