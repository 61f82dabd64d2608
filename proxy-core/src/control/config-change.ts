// PUT /v1/config: merges a part of a configuration into the settings, and saves it.
import { configPatchQuerySchema, configPatchSchema, configSchema } from '../contract/control.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';
import { refuseGuarded } from './operations/guarded-settings.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/config',
  summary: 'Change settings',
  description:
    'The body is a part of `config.yaml` as JSON and is merged into the settings; null takes a value out. Where traffic goes, guard rules, plugins and who may connect are not changed here: they need a confirmation in an IDE or on the command line.',
  request: {
    query: configPatchQuerySchema,
    body: {
      required: true,
      content: { 'application/json': { schema: named(configPatchSchema, 'ConfigPatch') } },
    },
  },
  responses: {
    200: json(named(configSchema, 'Config'), 'The settings now in effect.'),
    400: failures[400],
    401: failures[401],
    403: failures[403],
    503: failures[503],
  },
});

export function configChange({ settings }: Pick<ControlDependencies, 'settings'>): ControlEndpoint {
  return {
    access: 'control',
    ...route,
    mount: (application) =>
      application.openapi(route, async (context) => {
        const change = context.req.valid('json');
        refuseGuarded(change);
        const persist = context.req.valid('query').persist === 'true';
        await settings.patch(change, { persist });
        return context.json({ config: settings.current(), lastError: settings.lastError() }, 200);
      }),
  };
}
