// GET /openapi.json: the description of the control plane, made from the schemas that validate it.
import { createRoute, failures, type ControlEndpoint } from './http/endpoint.ts';
import { describeApi } from './http/openapi-document.ts';
import { z } from '@hono/zod-openapi';

const route = createRoute({
  method: 'get',
  path: '/openapi.json',
  summary: 'This description',
  responses: {
    200: {
      description: 'An OpenAPI 3.1 document.',
      content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
    },
    401: failures[401],
    403: failures[403],
  },
});

export function openapi(): ControlEndpoint {
  return {
    access: 'session',
    ...route,
    mount: (application) =>
      application.openapi(route, (context) => context.json(describeApi(application), 200)),
  };
}
