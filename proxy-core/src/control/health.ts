// GET /health: status for anybody, a proof of identity for whoever asks, all for the owner.
import { createHmac } from 'node:crypto';
import { healthQuerySchema, healthSchema, publicHealthSchema } from '../contract/control.ts';
import { createRoute, json, named, type ControlEndpoint } from './http/endpoint.ts';
import { describeAll, describePublic } from './operations/describe-health.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'get',
  path: '/health',
  summary: 'How the core is',
  description:
    'Without a token: status and version. With `nonce`: also a proof that this process knows the control token, so that a client need not send its token to a stranger on the port.',
  security: [{}, { bearer: [] }],
  request: { query: healthQuerySchema },
  responses: {
    200: json(
      named(healthSchema, 'Health').or(named(publicHealthSchema, 'PublicHealth')),
      'With the token: everything.',
    ),
  },
});

type HealthDependencies = Pick<ControlDependencies, 'status' | 'controlToken' | 'clock'>;

export function health({ status, controlToken, clock }: HealthDependencies): ControlEndpoint {
  return {
    access: 'public',
    ...route,
    mount: (application) =>
      application.openapi(route, (context) => {
        const { nonce } = context.req.valid('query');
        const known = status();
        const proof = nonce === undefined ? {} : { proof: prove(controlToken, nonce) };
        const body = context.get('isTrusted')
          ? describeAll(known, clock.now())
          : describePublic(known);
        return context.json({ ...body, ...proof }, 200);
      }),
  };
}

function prove(controlToken: string, nonce: string): string {
  return createHmac('sha256', controlToken).update(nonce).digest('hex');
}
