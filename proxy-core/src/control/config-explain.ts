// GET /v1/config/explain: every effective value with the layer that it comes from.
import { configExplanationSchema } from '../contract/control.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/config/explain',
  summary: 'Where each setting comes from',
  responses: {
    200: json(
      named(configExplanationSchema, 'ConfigExplanation'),
      'Every value with its layer: defaults, file, environment or runtime.',
    ),
    401: failures[401],
    403: failures[403],
  },
});

export function configExplain({
  settings,
}: Pick<ControlDependencies, 'settings'>): ControlEndpoint {
  return {
    access: 'session',
    ...route,
    mount: (application) =>
      application.openapi(route, (context) =>
        context.json({ settings: [...settings.explain()] }, 200),
      ),
  };
}
