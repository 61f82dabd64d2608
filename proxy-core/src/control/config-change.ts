// PUT /v1/config: merges a part of a configuration into the settings, and saves it.
import {
  configPatchQuerySchema,
  configPatchSchema,
  configSchema,
  type SettingsTree,
} from '../contract/control.ts';
import { RelayError } from '../domain/relay-error.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';
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

/** Whoever reads the token file could redirect prompts or open the port with these. */
const guarded: readonly (readonly [path: string, what: string])[] = [
  ['providers', 'Where requests go'],
  ['guard', 'What the guard looks for'],
  ['plugins', 'Which plugins run'],
  ['server.host', 'Who may connect'],
  ['server.allowedHosts', 'Who may connect'],
];

function refuseGuarded(change: SettingsTree): void {
  for (const [path, what] of guarded) {
    if (holds(change, path.split('.'))) {
      throw new RelayError(
        'forbidden',
        `${what} (${path}) is changed in an IDE, on the command line or in config.yaml, where a person confirms it.`,
      );
    }
  }
}

/** A value set on the way to the path, `server: null` for one, replaces what is below it. */
function holds(tree: SettingsTree, path: readonly string[]): boolean {
  let node: unknown = tree;
  for (const name of path) {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return true;
    if (!Object.hasOwn(node, name)) return false;
    node = Reflect.get(node, name);
  }
  return true;
}
