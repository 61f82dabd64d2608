// POST /v1/tokens: a new client token for one assistant.
import { createClientTokenSchema, createdClientTokenSchema } from '../contract/control.ts';
import {
  conflict,
  createRoute,
  failures,
  json,
  named,
  type ControlEndpoint,
} from './http/endpoint.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/tokens',
  summary: 'Create a client token',
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: createClientTokenSchema } },
    },
  },
  responses: {
    201: json(
      named(createdClientTokenSchema, 'CreatedClientToken'),
      'The token can be read here and never again.',
    ),
    400: failures[400],
    401: failures[401],
    403: failures[403],
    409: conflict,
    503: failures[503],
  },
});

export function tokensCreate({ tokens }: Pick<ControlDependencies, 'tokens'>): ControlEndpoint {
  return {
    access: 'control',
    ...route,
    mount: (application) =>
      application.openapi(route, async (context) => {
        const { name } = context.req.valid('json');
        return context.json(await tokens.create(name), 201);
      }),
  };
}
