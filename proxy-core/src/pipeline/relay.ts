// The way of a request, written once: each stage's result is the next one's input, so the compiler
// proves the order. `receive` alone turns an error into a response; here it is only recorded.
import type { ClientSink } from '../domain/answer.ts';
import type { RelayRequest } from '../domain/relay-request.ts';
import type { Call } from './receive/receive.ts';
import type { Failure, Fetch, Stages } from './stages.ts';

/** Rejects with what `receive.answerError` has to tell the client; the ledger knows it by then. */
export function createRelay(stages: Stages): (call: Call) => Promise<void> {
  return async function relay(call) {
    const received = await stages.receive.receive(call);
    const request = stages.normalise(received, stages.authenticate(received));
    let failure: Failure;
    try {
      const permit = await stages.admit.admit(request, call.sink);
      try {
        failure = await answer(stages, request, call.sink);
      } finally {
        permit.release();
      }
    } catch (error) {
      stages.record.failed(request, error);
      throw error;
    }
    if (failure !== null) throw failure;
  };
}

async function answer(stages: Stages, asked: RelayRequest, sink: ClientSink): Promise<Failure> {
  const request = await stages.guard(asked);
  const route = stages.route(request);
  const looked = await stages.cache(request, route);
  if (looked.kind === 'saved') {
    stages.record.saved(request, { ...(await looked.serve(sink)), routeRule: route.rule });
    return null;
  }
  const [candidate] = route.candidates;
  const path = looked.open(sink);
  const fetched = fetchFresh(stages, { request, candidate, routeRule: route.rule, path });
  return fetched.catch((error: unknown) => path.fail(error));
}

async function fetchFresh(stages: Stages, fetch: Fetch): Promise<Failure> {
  const { request, candidate, path } = fetch;
  const reservation = await stages.reserve(request, candidate);
  try {
    const optimised = stages.optimise(request, candidate);
    const meter = stages.meter(optimised.request, candidate);
    const open = stages.record.open(fetch);
    const forwarded = await stages.forward.forward(optimised.request, candidate, { path, meter });
    const metered = await meter.finish(forwarded);
    reservation.settle(metered.cost?.totalNanoUsd ?? null);
    path.settle(forwarded, metered);
    stages.record.fresh(open, fetch, { forwarded, metered, optimised });
    return path.sink.hasBegun ? null : forwarded.error;
  } finally {
    reservation.release();
  }
}
