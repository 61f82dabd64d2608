import { CoreFailure } from './core-failure.ts';

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
}

export type AskCore = (question: Question) => Promise<unknown>;

/** A core that is suspended takes the connection and stays silent. */
const timeoutMs = 10_000;

/** Calls to the control plane over HTTP. The answer is trusted: page and core are one build. */
export function createAskCore(fetch: typeof globalThis.fetch, coreUrl: string): AskCore {
  return async ({ method, path, token, body }) => {
    let answer: Response;
    let value: unknown;
    try {
      answer = await fetch(coreUrl + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      value = await answer.json();
    } catch (error) {
      throw new CoreFailure('unreachable', `Nobody answers at ${coreUrl}.`, { cause: error });
    }
    if (answer.ok) return value;
    const message = messageOf(value) ?? `The core answered with status ${answer.status}.`;
    throw new CoreFailure(answer.status === 401 ? 'session-ended' : 'refused', message);
  };
}

function messageOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('error' in value)) return null;
  const { error } = value;
  if (typeof error !== 'object' || error === null || !('message' in error)) return null;
  return typeof error.message === 'string' ? error.message : null;
}
