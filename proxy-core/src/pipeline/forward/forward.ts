// Sends a request to one candidate and lets its answer through. Repeats it once without RelayCore's
// own addition where the provider refuses that; everything else is the client's to repeat.
import type { AnswerSink, AnswerTap, Forwarded } from '../../domain/answer.ts';
import type { Provider } from '../../domain/provider.ts';
import type { RelayError } from '../../domain/relay-error.ts';
import type { RelayRequest } from '../../domain/relay-request.ts';
import type { Candidate } from '../../domain/route.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { createUsageSplicer } from '../../platform/sse/usage-splicer.ts';
import { Attempt, type AttemptEnd, type MeterTap } from './attempt.ts';
import { createIdleWatch, type IdleWatch } from './idle-watch.ts';
import { outgoingRequest } from './outgoing-request.ts';
import { resultsUrlsFor } from './results-urls.ts';

export interface ForwardSettings {
  readonly idleTimeoutMs: number;
  readonly pingAfterMs: number;
  /** Whether usage may be asked for on behalf of clients that did not. */
  readonly injectsUsage: boolean;
}

export interface ForwardDependencies {
  readonly clock: Clock;
  /** How often silence is looked at. */
  readonly watchRoundMs: number;
  settings(): ForwardSettings;
  /** Gives a transport's fault its code; knows the provider's quirks. */
  classifyError(error: Error, provider: Provider): RelayError;
  /** Whether an error answer refuses `stream_options`. */
  refusesUsageOption(status: number, body: string): boolean;
}

/** The observers of one answer, and where it goes. */
export interface AnswerWay {
  readonly meter: MeterTap;
  readonly path: {
    readonly recorder: AnswerTap | null;
    readonly sink: AnswerSink;
    readonly cacheKey: string | null;
  };
}

export interface Forward {
  /** Resolves whatever happens upstream; where nothing came back, `status` is 0. */
  forward(request: RelayRequest, candidate: Candidate, way: AnswerWay): Promise<Forwarded>;
  /** Attempts that run now. */
  readonly open: number;
  close(): void;
}

const maxRefusers = 1000;

export function createForward(dependencies: ForwardDependencies): Forward {
  const { clock } = dependencies;
  const watch = createIdleWatch(clock, {
    roundMs: dependencies.watchRoundMs,
    idleTimeoutMs: () => dependencies.settings().idleTimeoutMs,
  });
  /** Providers and models that refused `stream_options`; asked again only after a restart. */
  const refusers = new Set<string>();
  return {
    async forward(request, candidate, way) {
      if (way.path.sink.hasLeft) return neverSent;
      const refuser = `${candidate.provider.id} ${candidate.model ?? ''}`;
      const settings = dependencies.settings();
      const addsUsage = settings.injectsUsage && !refusers.has(refuser) && mayAddUsage(request);
      const run: Run = { dependencies, watch, settings, request, candidate, way };
      const first = await attempt(run, { addsUsage, attempts: 1 });
      if (first !== 'own-fault') return first;
      // Model names come from clients: past the bound it is learnt anew.
      if (refusers.size >= maxRefusers) refusers.clear();
      refusers.add(refuser);
      const second = await attempt(run, { addsUsage: false, attempts: 2 });
      if (second === 'own-fault') throw new Error('an attempt without additions blamed them');
      return second;
    },
    get open() {
      return watch.size;
    },
    close: () => watch.close(),
  };
}

/** The client left before anything went upstream. */
const neverSent: Forwarded = {
  end: 'aborted',
  status: 0,
  attempts: 0,
  wasSent: false,
  timeToFirstByteMs: null,
  upstreamMs: 0,
  error: null,
};

interface Run {
  readonly dependencies: ForwardDependencies;
  readonly watch: IdleWatch;
  readonly settings: ForwardSettings;
  readonly request: RelayRequest;
  readonly candidate: Candidate;
  readonly way: AnswerWay;
}

/** Only OpenAI's chat stream has the option; Anthropic's stream always reports usage. */
function mayAddUsage({ received, fields, scanned }: RelayRequest): boolean {
  return (
    scanned !== null &&
    fields.isStream &&
    !fields.asksForUsage &&
    received.endpoint.id === 'chat.completions'
  );
}

function attempt(
  run: Run,
  how: { readonly addsUsage: boolean; readonly attempts: number },
): Promise<AttemptEnd> {
  const { dependencies, request, candidate, way, settings, watch } = run;
  const { provider } = candidate;
  const { sink, recorder, cacheKey } = way.path;
  const splicer = how.addsUsage
    ? createUsageSplicer({ onUsage() {} })
    : resultsUrlsFor(request.received, candidate);
  const outgoing = outgoingRequest(request, candidate, {
    asksForUsage: how.addsUsage,
    isSpliced: splicer !== null,
  });
  const running = new Attempt({
    sink,
    meter: way.meter,
    recorder,
    splicer,
    provider: provider.id,
    model: candidate.model,
    attempts: how.attempts,
    cacheKey,
    ping: request.received.dialect.ping,
    pingAfterMs: settings.pingAfterMs,
    isStreamWanted: request.fields.isStream,
    clock: dependencies.clock,
    describeFault: (error) => dependencies.classifyError(error, provider),
    isOwnFault: how.addsUsage ? dependencies.refusesUsageOption : null,
    watch,
  });
  try {
    running.steer(provider.transport.dispatch(outgoing, running));
  } catch (error) {
    watch.remove(running);
    throw error;
  }
  return running.done;
}
