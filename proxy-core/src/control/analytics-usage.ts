// GET /v1/analytics/usage: sums over the ledger, whole or by group.
import { z } from '@hono/zod-openapi';
import { usageReportSchema, type UsageQuery, type UsageReport } from '../contract/analytics.ts';
import { usageQueryStringSchema } from '../contract/control.ts';
import { formatUsd } from '../domain/money.ts';
import { prefersCsv, toCsv } from './http/csv.ts';
import { createRoute, failures, named, type ControlEndpoint } from './http/endpoint.ts';
import type { ControlDependencies } from './ports.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/analytics/usage',
  summary: 'Requests, tokens, cost and savings',
  description:
    'Money is in integer nano-US-dollars. With `Accept: text/csv`: one line a group, or the totals where nothing is grouped, with the cost in dollars beside it.',
  request: { query: usageQueryStringSchema },
  responses: {
    200: {
      description: 'Sums of the rows that match.',
      content: {
        'application/json': { schema: named(usageReportSchema, 'UsageReport') },
        'text/csv': { schema: z.string() },
      },
    },
    400: failures[400],
    401: failures[401],
    403: failures[403],
    503: failures[503],
  },
});

export function analyticsUsage({ ledger }: Pick<ControlDependencies, 'ledger'>): ControlEndpoint {
  return {
    access: 'session',
    ...route,
    mount: (application) =>
      application.openapi(route, async (context) => {
        const query: UsageQuery = context.req.valid('query');
        const report = await ledger.usage(query);
        if (!prefersCsv(context.req.header('accept'))) return context.json(report, 200);
        return context.body(usageCsv(report), 200, { 'Content-Type': 'text/csv; charset=utf-8' });
      }),
  };
}

function usageCsv(report: UsageReport): string {
  const columns = Object.keys(usageReportSchema.shape.totals.shape);
  const groups = report.groupBy === null ? [{ key: 'total', sums: report.totals }] : report.groups;
  const rows = groups.map(({ key, sums }) => {
    const values: Readonly<Record<string, number>> = sums;
    return [key, formatUsd(sums.costNanoUsd), ...columns.map((column) => values[column])];
  });
  return toCsv([report.groupBy ?? 'group', 'costUsd', ...columns], rows);
}
