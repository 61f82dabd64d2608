import { hostname } from 'node:os';
import { proveCore } from '@relaycore/bridge/discovery';
import { controlErrorSchema } from '../contract/control.ts';
import { errorCatalogue, type ErrorCode } from '../contract/error-codes.ts';
import type { Instance } from '../contract/instance.ts';
import { RelayError } from '../domain/relay-error.ts';
import { readBootId } from './boot-id.ts';
import { readControlToken } from './control-token.ts';
import { readInstance } from './instance-file.ts';
import { requestLoopback } from './loopback-request.ts';

const callTimeoutMs = 30_000;

/** A core that has proven itself; calls carry the control token. */
export interface RunningCore {
  readonly instance: Instance;
  /** The parsed answer. RelayError with the core's own code and message where it refuses. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
}

export type CoreSearch =
  | { readonly kind: 'running'; readonly core: RunningCore }
  | { readonly kind: 'absent' }
  /** Its process lives, or may live, but does not prove itself: hung, suspended, or not ours. */
  | { readonly kind: 'unproven'; readonly instance: Instance; readonly reason: string };

/** Looks for the core of a data home by its instance.json, and has it prove itself. Never rejects. */
export async function findRunningCore(dataDir: string): Promise<CoreSearch> {
  const instance = await readInstance(dataDir);
  // One that has handed over is not it any more; its successor writes the file anew.
  const isOver = instance === null || instance.yieldsTo !== undefined;
  if (isOver || (await isStale(instance))) return { kind: 'absent' };
  const token = await readControlToken(dataDir);
  if (token === null) {
    const reason = `its control token in ${dataDir} cannot be read by this user`;
    return { kind: 'unproven', instance, reason };
  }
  switch (await proveCore(instance.url, token)) {
    case 'proven':
      return { kind: 'running', core: createRunningCore(instance, token) };
    case 'other':
      return { kind: 'unproven', instance, reason: `what answers at ${instance.url} is not it` };
    case 'silent':
      return { kind: 'unproven', instance, reason: `it does not answer at ${instance.url}` };
  }
}

async function isStale(instance: Instance): Promise<boolean> {
  // On another machine, or in another container, the pid says nothing.
  if (instance.hostname === hostname() && !isAlive(instance.pid)) return true;
  const bootId = await readBootId();
  return instance.bootId !== null && bootId !== null && instance.bootId !== bootId;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function createRunningCore(instance: Instance, token: string): RunningCore {
  const { url } = instance;
  return {
    instance,
    async call(method, path, body) {
      const answer = await requestLoopback({
        url,
        method,
        path,
        token,
        timeoutMs: callTimeoutMs,
        ...(body === undefined ? {} : { body }),
      });
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      throw refusal(answer.status, answer.body);
    },
  };
}

function refusal(status: number, body: unknown): RelayError {
  const parsed = controlErrorSchema.safeParse(body);
  if (!parsed.success) {
    return new RelayError('upstream_invalid', `The core answered with status ${status}.`);
  }
  const { code, message } = parsed.data.error;
  return new RelayError(isErrorCode(code) ? code : 'upstream_invalid', message);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
