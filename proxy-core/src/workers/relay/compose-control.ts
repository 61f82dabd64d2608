import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createControlPlane } from '../../control/control-plane.ts';
import type { ControlDependencies, CoreStatus } from '../../control/ports.ts';
import type { Stages } from '../../pipeline/stages.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { EndedRequests } from './ended-requests.ts';
import type { RelayParts } from './relay-parts.ts';
import { createRestartNotices } from './restart-notices.ts';

export interface ControlParts extends RelayParts {
  readonly stages: Stages;
  readonly ended: EndedRequests;
  readonly metrics: Metrics;
}

/** The control plane over its ports. */
export function composeControl(
  parts: ControlParts,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { data, clock, logger, tokens, store, ended, metrics } = parts;
  const startedAt = clock.now();
  const restartNotices = createRestartNotices(parts);
  return createControlPlane({
    ledger: store.ledger,
    cache: {
      stats: async () => ({ ...(await store.cacheSizes()), ...ended.cacheCounts() }),
      clear: (filter) => store.cache.clear(filter),
    },
    settings: settingsPort(parts),
    tokens,
    status: () => statusOf(parts, startedAt, restartNotices()),
    metrics: {
      contentType: metrics.contentType,
      text: () => {
        ended.settle();
        return metrics.text();
      },
    },
    controlToken: data.controlToken,
    clock,
    random: { bytes: (size) => randomBytes(size) },
    uiDirectory: data.uiDirectory,
    reportFault: (error, request) => logger.error({ error, ...request }, 'control request failed'),
  });
}

function settingsPort({ settings }: ControlParts): ControlDependencies['settings'] {
  return {
    current: () => settings.current(),
    explain: () => settings.explain(),
    patch: async (change, options) => void (await settings.patch(change, options)),
    lastError: () => settings.lastError()?.message ?? null,
  };
}

function statusOf(
  parts: ControlParts,
  startedAt: number,
  restartNotices: readonly string[],
): CoreStatus {
  const { data, settings, providers, store, budget, stages, ended } = parts;
  const configError = settings.lastError();
  return {
    version: data.version,
    pid: process.pid,
    leader: true,
    epoch: data.epoch,
    startedAt,
    providers: providers.current().all.map(({ id }) => ended.providerStatus(id)),
    notices: [
      ...(configError === null
        ? []
        : [`The configuration is not in effect: ${configError.message}`]),
      ...restartNotices,
      ...settings.warnings(),
      ...store.notices(),
    ],
    inFlight: {
      requests: stages.admit.running,
      bytes: budget.taken,
      upstream: stages.forward.open,
    },
  };
}
