// POST /v1/cache/clear: forgets stored answers, all or some of them.
import { cacheClearSchema, cacheClearedSchema, type CacheClear } from '../contract/control.ts';
import type { CacheFilter } from '../domain/cached-answer.ts';
import { createRoute, failures, json, named, type ControlEndpoint } from './http/endpoint.ts';
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
        const filter = toFilter(context.req.valid('json'), clock.now());
        return context.json({ cleared: await cache.clear(filter) }, 200);
      }),
  };
}

/** Without a body the validated value is empty, its defaults not filled in. */
function toFilter(clear: Partial<CacheClear>, now: number): CacheFilter {
  const { scope = 'all', value, olderThanSeconds } = clear;
  return {
    ...(scope === 'all' || value === undefined ? {} : { [scope]: value }),
    ...(olderThanSeconds === undefined ? {} : { createdBefore: now - olderThanSeconds * 1000 }),
  };
}
