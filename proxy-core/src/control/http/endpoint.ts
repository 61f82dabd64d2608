// What every endpoint file of the control plane gives back.
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { controlErrorSchema } from '../../contract/control.ts';

/**
 * `public`: anybody on the machine. `session`: the page or the control token. `control`: the control
 * token alone.
 */
export type Access = 'public' | 'session' | 'control';

export interface ControlEnvironment {
  Variables: {
    /** The request carried a valid token; only public endpoints see false. */
    isTrusted: boolean;
  };
}

export type ControlApplication = OpenAPIHono<ControlEnvironment>;

export interface ControlEndpoint {
  readonly access: Access;
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** In OpenAPI's notation, such as `/v1/tokens/{name}`. */
  readonly path: string;
  mount(application: ControlApplication): void;
}

/**
 * Gives a schema its name in the description. Schemas that were made before the library was loaded,
 * as happens in a bundle with shared chunks, lack its method; a copy made now has it.
 */
export function named<S extends z.ZodType>(schema: S, name: string): S {
  return schema.clone().openapi(name);
}

const failure = (description: string) => ({
  description,
  content: { 'application/json': { schema: named(controlErrorSchema, 'Error') } },
});

/** The errors that any endpoint may answer with. */
export const failures = {
  400: failure('`bad_request`: the message names the field.'),
  401: failure('`unauthenticated`: no token, or one that is not valid.'),
  403: failure('`forbidden`: the token may not do this.'),
  503: failure('`storage_failed` or `shutting_down`: try again.'),
} as const;

export const missing = failure('`not_found`');
export const conflict = failure('`conflict`: it exists already.');

/** One JSON answer in a route. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}

export { createRoute };
