// GET /v1/config: the settings in effect.
import { configSchema } from '../contract/control.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/config',
  summary: 'The settings in effect',
  responses: {
    200: json(named(configSchema, 'Config'), 'All settings, without secrets.'),
    401: failures[401],
    403: failures[403],
  },
});

export function configRead({ settings }: Pick<ControlDependencies, 'settings'>): ControlEndpoint {
  return {
    access: 'session',
    ...route,
    mount: (application) =>
      application.openapi(route, (context) =>
        context.json({ config: settings.current(), lastError: settings.lastError() }, 200),
      ),
  };
}
