import { HTTPException } from 'hono/http-exception';
import type { z } from '@hono/zod-openapi';
import type { ControlError } from '../../contract/control.ts';
import { RelayError } from '../../domain/relay-error.ts';

/** The one place where an error of the control plane becomes an answer. */
export function answerError(error: RelayError): Response {
  const body: ControlError = { error: { code: error.code, message: error.message } };
  const answer = Response.json(body, { status: error.status });
  if (error.retryAfterSeconds !== null) {
    answer.headers.set('Retry-After', String(error.retryAfterSeconds));
  }
  if (error.code === 'unauthenticated') answer.headers.set('WWW-Authenticate', 'Bearer');
  return answer;
}

/** Every failure as a RelayError; `isFault` where it is RelayCore's own and belongs in the log. */
export function asRelayError(error: unknown): { error: RelayError; isFault: boolean } {
  if (error instanceof RelayError) {
    return { error, isFault: error.code === 'internal' || error.code === 'storage_failed' };
  }
  if (error instanceof HTTPException && error.status < 500) {
    const message =
      error.status === 415
        ? 'The body must be JSON: send content-type: application/json.'
        : error.message;
    return { error: new RelayError('bad_request', message, { cause: error }), isFault: false };
  }
  const message = 'A fault in RelayCore. The log has the details.';
  return { error: new RelayError('internal', message, { cause: error }), isFault: true };
}

/** Names the first field that is wrong and how. */
export function describeInvalid(target: string, error: z.core.$ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return `The ${target} is invalid.`;
  const where = target === 'json' ? 'body' : target;
  if (issue.code === 'unrecognized_keys') {
    return `Unknown in the ${where}: ${issue.keys.join(', ')}.`;
  }
  const field = issue.path.map(String).join('.');
  return field === ''
    ? `The ${where}: ${issue.message}.`
    : `${field} in the ${where}: ${issue.message}.`;
}
