import type { FlatHeaders, UpstreamHandler } from '../../domain/upstream.ts';

export interface AnswerProbe extends UpstreamHandler {
  readonly status: number;
  readonly headers: FlatHeaders;
  readonly chunks: readonly string[];
  readonly text: string;
  /** `open`: neither end nor error yet. */
  readonly end: 'open' | 'ended' | 'failed';
  readonly error: Error | null;
  /** The order of calls, to see that nothing comes twice or late. */
  readonly calls: readonly string[];
  readonly done: Promise<void>;
}

/** Keeps what a transport answers. */
export function createAnswerProbe(): AnswerProbe {
  const { promise, resolve } = Promise.withResolvers<void>();
  const state = {
    status: 0,
    headers: [] as FlatHeaders,
    chunks: [] as string[],
    end: 'open' as AnswerProbe['end'],
    error: null as Error | null,
    calls: [] as string[],
  };
  return {
    get status() {
      return state.status;
    },
    get headers() {
      return state.headers;
    },
    get chunks() {
      return state.chunks;
    },
    get text() {
      return state.chunks.join('');
    },
    get end() {
      return state.end;
    },
    get error() {
      return state.error;
    },
    get calls() {
      return state.calls;
    },
    done: promise,
    onHead(status, headers) {
      state.calls.push('head');
      state.status = status;
      state.headers = headers;
    },
    onChunk(chunk) {
      state.calls.push('chunk');
      state.chunks.push(chunk.toString());
    },
    onEnd() {
      state.calls.push('end');
      state.end = 'ended';
      resolve();
    },
    onError(error) {
      state.calls.push('error');
      state.end = 'failed';
      state.error = error;
      resolve();
    },
  };
}
