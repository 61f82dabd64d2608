import type { z } from 'zod';
import type { RunningCore } from '../../host/running-core.ts';
import { RelayError } from '../../domain/relay-error.ts';

export interface CoreCall<Schema extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly answer: Schema;
}

/** Asks the control plane; RelayError `upstream_invalid` where the answer is not of the form expected. */
export async function callCore<Schema extends z.ZodType>(
  core: RunningCore,
  call: CoreCall<Schema>,
): Promise<z.output<Schema>> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  const path = query.size === 0 ? call.path : `${call.path}?${query.toString()}`;
  const answer = call.answer.safeParse(await core.call(call.method, path, call.body));
  if (answer.success) return answer.data;
  const message = `The running core (version ${core.instance.version}) answers in a form that this command does not know. Update the older of the two.`;
  throw new RelayError('upstream_invalid', message, { cause: answer.error });
}
