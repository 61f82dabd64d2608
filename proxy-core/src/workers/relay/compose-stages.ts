import { createSecretKey } from 'node:crypto';
import { dialects } from '../../dialects/registry.ts';
import { createAdmit } from '../../pipeline/admit/admit.ts';
import { createAuthenticate } from '../../pipeline/authenticate/authenticate.ts';
import { createCache } from '../../pipeline/cache/cache.ts';
import { createForward, type Forward } from '../../pipeline/forward/forward.ts';
import { createGuard } from '../../pipeline/guard/guard.ts';
import { estimateRequest } from '../../pipeline/meter/estimate-request.ts';
import { createMeter } from '../../pipeline/meter/meter.ts';
import { createPriceTable } from '../../pipeline/meter/pricing/price-table.ts';
import { createNormalise } from '../../pipeline/normalise/normalise.ts';
import { createOptimise } from '../../pipeline/optimise/optimise.ts';
import { createEndpointMatcher } from '../../pipeline/receive/match-endpoint.ts';
import { createReceive, type Receive } from '../../pipeline/receive/receive.ts';
import { createRecord, type RecordDependencies } from '../../pipeline/record/record.ts';
import { createReserve } from '../../pipeline/reserve/reserve.ts';
import { createRoute } from '../../pipeline/route/route.ts';
import type { Stages } from '../../pipeline/stages.ts';
import { deriveKey } from '../../platform/derive-key.ts';
import { createRequestIds } from '../../platform/request-id.ts';
import { rejectsStreamOptions } from '../../providers/stream-options.ts';
import { classifyUpstreamError } from '../../providers/upstream-errors.ts';
import type { CacheBypass } from './cache-bypass.ts';
import { megabytes } from './megabytes.ts';
import type { RelayParts } from './relay-parts.ts';

const maxWatchRoundMs = 1000;

export interface StagesOptions extends Pick<RecordDependencies, 'onClosed' | 'isCuttingOff'> {
  readonly bypass: CacheBypass;
  /** The branch that a workspace's window has told. */
  branchOf(workspace: string): string | null;
}

/** The pipeline over its ports. */
export function composeStages(
  parts: RelayParts,
  { onClosed, isCuttingOff, bypass, branchOf }: StagesOptions,
): Stages {
  const { data, clock, settings, providers, store, tokens } = parts;
  const pricing = createPriceTable({ overrides: () => settings.current().prices.overrides });
  return {
    receive: composeReceive(parts),
    authenticate: createAuthenticate({
      tokens,
      identityKey: createSecretKey(deriveKey(data.rootSecret, 'caller-identity')),
    }),
    normalise: createNormalise({
      parseLimitBytes: () => megabytes(settings.current().server.parseLimitMb),
      branchOf,
    }),
    admit: createAdmit({
      maxConcurrentPerClient: () => settings.current().server.maxConcurrentPerClient,
      maxQueuedRequests: () => settings.current().server.maxQueuedRequests,
    }),
    guard: createGuard(),
    route: createRoute({ providers: () => providers.current() }),
    cache: createCache({
      store: store.cache,
      clock,
      hashKey: deriveKey(data.rootSecret, 'cache-key'),
      settings: () => {
        const { enabled, mode, ttlSeconds, maxEntryKb } = settings.current().cache;
        const maxEntryBytes = maxEntryKb * 1024;
        return { isEnabled: enabled, mode, ttlSeconds, maxEntryBytes, takesBypass: bypass.take };
      },
    }),
    reserve: createReserve(),
    optimise: createOptimise(),
    forward: composeForward(parts),
    meter: createMeter(pricing),
    record: createRecord({
      clock,
      announce: (opening) => store.ledger.announce(opening),
      estimate: (request, candidate) => estimateRequest(pricing, request, candidate),
      write: (row) => store.ledger.write(row),
      onClosed,
      isCuttingOff,
    }),
  };
}

function composeReceive({ clock, settings, providers, budget, logger }: RelayParts): Receive {
  const [defaultDialect] = dialects;
  if (defaultDialect === undefined) throw new Error('no dialect is registered');
  return createReceive({
    clock,
    budget,
    defaultDialect,
    nextRequestId: createRequestIds(() => clock.now()),
    matchEndpoint: createEndpointMatcher({
      dialects,
      providerDialect: (id) => providers.current().get(id)?.dialects[0] ?? null,
    }),
    faults: {
      fault: (message, requestId, error) => logger.error({ requestId, error }, message),
    },
    bodyLimitBytes: () => megabytes(settings.current().server.bodyLimitMb),
  });
}

function composeForward({ clock, settings }: RelayParts): Forward {
  const { idleTimeoutMs } = settings.current().upstream;
  return createForward({
    clock,
    watchRoundMs: Math.min(maxWatchRoundMs, Math.max(25, idleTimeoutMs / 4)),
    settings: () => {
      const { upstream, metering } = settings.current();
      return {
        idleTimeoutMs: upstream.idleTimeoutMs,
        pingAfterMs: upstream.pingAfterMs === 0 ? Infinity : upstream.pingAfterMs,
        injectsUsage: metering.injectUsage === 'auto',
      };
    },
    classifyError: classifyUpstreamError,
    refusesUsageOption: rejectsStreamOptions,
  });
}
