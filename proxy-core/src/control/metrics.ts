// GET /metrics: everything that is counted, for Prometheus.
import { z } from '@hono/zod-openapi';
import { createRoute, failures, type ControlEndpoint } from './http/endpoint.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Metrics in the text format of Prometheus',
  responses: {
    200: {
      description: 'Counters since the core started, gauges as of now.',
      content: { 'text/plain': { schema: z.string() } },
    },
    401: failures[401],
    403: failures[403],
  },
});

export function metrics(dependencies: Pick<ControlDependencies, 'metrics'>): ControlEndpoint {
  const { contentType, text } = dependencies.metrics;
  return {
    access: 'session',
    ...route,
    mount: (application) =>
      application.openapi(route, async (context) =>
        context.text(await text(), 200, { 'Content-Type': contentType }),
      ),
  };
}
