// DELETE /v1/tokens/{name}: the assistant that holds the token is out at once.
import { z } from '@hono/zod-openapi';
import { revokedSchema } from '../contract/control.ts';
import {
  createRoute,
  failures,
  json,
  named,
  missing,
  type ControlEndpoint,
} from './http/endpoint.ts';
import { revokeToken } from './operations/revoke-token.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/tokens/{name}',
  summary: 'Revoke a client token',
  request: {
    params: z.object({ name: z.string().min(1).max(200).meta({ description: 'Its name or id.' }) }),
  },
  responses: {
    200: json(named(revokedSchema, 'Revoked'), 'In effect.'),
    401: failures[401],
    403: failures[403],
    404: missing,
    503: failures[503],
  },
});

export function tokensRevoke({ tokens }: Pick<ControlDependencies, 'tokens'>): ControlEndpoint {
  return {
    access: 'control',
    ...route,
    mount: (application) =>
      application.openapi(route, async (context) => {
        const { name } = context.req.valid('param');
        return context.json(await revokeToken(tokens, name), 200);
      }),
  };
}
