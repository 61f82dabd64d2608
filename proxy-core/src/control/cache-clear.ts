// POST /v1/cache/clear: forgets stored answers, all or some of them.
import { cacheClearSchema, cacheClearedSchema } from '../contract/control.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';
import { cacheFilterOf } from './operations/cache-filter.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/cache/clear',
  summary: 'Forget stored answers',
  description: 'Without a body: all of them. Conditions add up.',
  request: { body: { content: { 'application/json': { schema: cacheClearSchema } } } },
  responses: {
    200: json(named(cacheClearedSchema, 'CacheCleared'), 'How many entries went.'),
    400: failures[400],
    401: failures[401],
    403: failures[403],
    503: failures[503],
  },
});

export function cacheClear({
  cache,
  clock,
}: Pick<ControlDependencies, 'cache' | 'clock'>): ControlEndpoint {
  return {
    access: 'session',
    ...route,
    mount: (application) =>
      application.openapi(route, async (context) => {
        const filter = cacheFilterOf(context.req.valid('json'), clock.now());
        return context.json({ cleared: await cache.clear(filter) }, 200);
      }),
  };
}
