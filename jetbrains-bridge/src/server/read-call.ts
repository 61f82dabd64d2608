// From a text to a call with checked parameters, or to what is wrong with it.
import {
  bridgeCalls,
  callNotes,
  rpcCallSchema,
  rpcErrorCodes,
  rpcIdSchema,
  type BridgeCallName,
  type BridgeCheckedParams,
  type RpcCall,
  type RpcError,
  type RpcId,
} from '@relaycore/proxy-core/contract/bridge';
import type { z } from 'zod';
import { rpcError } from './rpc-texts.ts';

/** Whose token opened the connection. A port within the process counts as the control token. */
export type Holder = 'control' | 'session';

export type ReadCall =
  | { readonly kind: 'call'; readonly id: RpcId; readonly call: RpcCall }
  /** A notification: the core knows none, and JSON-RPC has no answer to one. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly id: RpcId | null; readonly error: RpcError };

export function readCall(text: string): ReadCall {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const error = rpcError('bad_request', 'This is no JSON.', rpcErrorCodes.parseError);
    return { kind: 'refused', id: null, error };
  }
  if (Array.isArray(value)) {
    const message = 'Batches are not taken: send one call a message.';
    return refuseForm(null, message);
  }
  const parsed = rpcCallSchema.safeParse(value);
  if (!parsed.success) return refuseForm(idOf(value), describeIssue('The message', parsed.error));
  const { id } = parsed.data;
  return id === undefined ? { kind: 'nothing' } : { kind: 'call', id, call: parsed.data };
}

function refuseForm(id: RpcId | null, message: string): ReadCall {
  const error = rpcError('bad_request', message, rpcErrorCodes.invalidRequest);
  return { kind: 'refused', id, error };
}

function idOf(value: unknown): RpcId | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  const parsed = rpcIdSchema.safeParse(value.id);
  return parsed.success ? parsed.data : null;
}

/** A call whose parameters fit its name. */
export type CheckedCall = {
  [N in BridgeCallName]: {
    readonly kind: 'checked';
    readonly name: N;
    readonly params: BridgeCheckedParams<N>;
  };
}[BridgeCallName];

export function readParams(
  call: RpcCall,
  holder: Holder,
): CheckedCall | { readonly kind: 'refused'; readonly error: RpcError } {
  const name = call.method;
  if (!isCallName(name)) {
    const message = `There is no call ${JSON.stringify(name)}.`;
    return { kind: 'refused', error: rpcError('not_found', message, rpcErrorCodes.methodNotFound) };
  }
  if (holder === 'session' && callNotes[name].access === 'control') {
    const message = `A session of the page may not call ${name}: use an IDE or the command line.`;
    return { kind: 'refused', error: rpcError('forbidden', message) };
  }
  const parsed = bridgeCalls[name].params.safeParse(call.params ?? {});
  if (!parsed.success) {
    const message = describeIssue(name, parsed.error);
    return {
      kind: 'refused',
      error: rpcError('bad_request', message, rpcErrorCodes.invalidParams),
    };
  }
  // Name and parameters come out of the same row of the table, which the compiler cannot follow.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { kind: 'checked', name, params: parsed.data } as CheckedCall;
}

function isCallName(name: string): name is BridgeCallName {
  return Object.hasOwn(bridgeCalls, name);
}

/** Names the first member that is wrong and how. */
function describeIssue(what: string, error: z.core.$ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return `${what} is invalid.`;
  if (issue.code === 'unrecognized_keys') return `${what}: unknown: ${issue.keys.join(', ')}.`;
  const member = issue.path.map(String).join('.');
  return member === '' ? `${what}: ${issue.message}.` : `${what}: ${member}: ${issue.message}.`;
}
