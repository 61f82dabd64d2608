// GET /v1/tokens: the client tokens by name; the tokens themselves are not kept.
import { clientTokensSchema } from '../contract/control.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/tokens',
  summary: 'The client tokens',
  responses: {
    200: json(named(clientTokensSchema, 'ClientTokens'), 'In order of creation.'),
    401: failures[401],
    403: failures[403],
  },
});

export function tokensList({ tokens }: Pick<ControlDependencies, 'tokens'>): ControlEndpoint {
  return {
    access: 'control',
    ...route,
    mount: (application) =>
      application.openapi(route, (context) => context.json({ tokens: [...tokens.list()] }, 200)),
  };
}
