import { randomBytes } from 'node:crypto';
import { createControlGate } from '../../control/access/control-gate.ts';
import { configurationNotice } from '../../control/operations/configuration-notice.ts';
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

/** What control plane and bridge have in common: the core, as people and programs ask about it. */
export function composeControlPorts(parts: ControlParts): ControlDependencies {
  const { data, clock, logger, tokens, store, ended, metrics } = parts;
  const { controlToken, uiDirectory } = data;
  const startedAt = clock.now();
  const restartNotices = createRestartNotices(parts);
  const random = { bytes: randomBytes };
  return {
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
    controlToken,
    gate: createControlGate({ clock, random, controlToken }),
    clock,
    random,
    uiDirectory,
    reportFault: (error, request) => logger.error({ error, ...request }, 'control request failed'),
  };
}

function settingsPort({ settings }: ControlParts): ControlDependencies['settings'] {
  return {
    current: () => settings.current(),
    explain: () => settings.explain(),
    patch: (change, options) => settings.patch(change, options),
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
      ...(configError === null ? [] : [configurationNotice(configError.message)]),
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
