// GET /v1/analytics/requests: the ledger's rows, newest first, page by page.
import { z } from '@hono/zod-openapi';
import {
  requestRecordSchema,
  requestsPageSchema,
  type RequestRecord,
  type RequestsQuery,
} from '../contract/analytics.ts';
import { requestsQueryStringSchema } from '../contract/control.ts';
import { formatUsd } from '../domain/money.ts';
import { prefersCsv, toCsv, type CsvValue } from './http/csv.ts';
import { createRoute, failures, named, type ControlEndpoint } from './http/endpoint.ts';
import type { ControlDependencies } from './ports.ts';

const defaultLimit = 100;

const route = createRoute({
  method: 'get',
  path: '/v1/analytics/requests',
  summary: 'The latest requests',
  description:
    'Newest first. `nextCursor` leads to the next page; null: this was the last. With `Accept: text/csv` times are ISO 8601, the cost also stands in dollars, and the header `x-relaycore-next-cursor` takes the place of `nextCursor`.',
  request: { query: requestsQueryStringSchema },
  responses: {
    200: {
      description: 'One page of rows.',
      content: {
        'application/json': { schema: named(requestsPageSchema, 'RequestsPage') },
        'text/csv': { schema: z.string() },
      },
    },
    400: failures[400],
    401: failures[401],
    403: failures[403],
    503: failures[503],
  },
});

export function analyticsRequests({
  ledger,
}: Pick<ControlDependencies, 'ledger'>): ControlEndpoint {
  return {
    access: 'session',
    ...route,
    mount: (application) =>
      application.openapi(route, async (context) => {
        const { limit = defaultLimit, ...rest } = context.req.valid('query');
        const query: RequestsQuery = { ...rest, limit };
        const page = await ledger.requests(query);
        if (!prefersCsv(context.req.header('accept'))) return context.json(page, 200);
        if (page.nextCursor !== null) context.header('x-relaycore-next-cursor', page.nextCursor);
        return context.body(requestsCsv(page.requests), 200, {
          'Content-Type': 'text/csv; charset=utf-8',
        });
      }),
  };
}

function requestsCsv(requests: readonly RequestRecord[]): string {
  const columns = Object.keys(requestRecordSchema.shape);
  const rows = requests.map((request) => {
    const values: Readonly<Record<string, CsvValue>> = {
      ...request,
      startedAt: new Date(request.startedAt).toISOString(),
      endedAt: request.endedAt === null ? null : new Date(request.endedAt).toISOString(),
    };
    const costUsd = request.costNanoUsd === null ? null : formatUsd(request.costNanoUsd);
    return [...columns.map((column) => values[column]), costUsd];
  });
  return toCsv([...columns, 'costUsd'], rows);
}
