// The endpoints of the control plane: one file each in this folder, one line each here.
import type { UiSessionDependencies } from './ui-sessions.ts';
import type { ControlEndpoint } from './http/endpoint.ts';
import type { ControlDependencies } from './ports.ts';
import { analyticsRequests } from './analytics-requests.ts';
import { analyticsUsage } from './analytics-usage.ts';
import { cacheClear } from './cache-clear.ts';
import { cacheStats } from './cache-stats.ts';
import { configChange } from './config-change.ts';
import { configExplain } from './config-explain.ts';
import { configRead } from './config-read.ts';
import { health } from './health.ts';
import { metrics } from './metrics.ts';
import { openapi } from './openapi.ts';
import { page } from './page.ts';
import { tokensCreate } from './tokens-create.ts';
import { tokensList } from './tokens-list.ts';
import { tokensRevoke } from './tokens-revoke.ts';
import { uiSessions } from './ui-sessions.ts';
import { uiTickets } from './ui-tickets.ts';

export type EndpointDependencies = ControlDependencies & UiSessionDependencies;

export function createEndpoints(dependencies: EndpointDependencies): readonly ControlEndpoint[] {
  return [
    health(dependencies),
    metrics(dependencies),
    openapi(),
    cacheStats(dependencies),
    cacheClear(dependencies),
    analyticsUsage(dependencies),
    analyticsRequests(dependencies),
    configRead(dependencies),
    configChange(dependencies),
    configExplain(dependencies),
    tokensList(dependencies),
    tokensCreate(dependencies),
    tokensRevoke(dependencies),
    uiTickets(dependencies),
    uiSessions(dependencies),
    ...page(dependencies),
  ];
}
