// GET /v1/cache/stats: how full the cache is and how often it helped.
import { cacheStatsSchema } from '../contract/control.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/cache/stats',
  summary: 'How full the cache is and how often it helped',
  responses: {
    200: json(named(cacheStatsSchema, 'CacheStats'), 'Sizes in bytes; lookups since the start.'),
    401: failures[401],
    403: failures[403],
    503: failures[503],
  },
});

export function cacheStats({ cache }: Pick<ControlDependencies, 'cache'>): ControlEndpoint {
  return {
    access: 'session',
    ...route,
    mount: (application) =>
      application.openapi(route, async (context) => context.json(await cache.stats(), 200)),
  };
}
