// Messages of the core in words.
import { errorCatalogue, type ErrorCode } from '@relaycore/proxy-core/contract';
import { rpcErrorCodes, type RpcError, type RpcId } from '@relaycore/proxy-core/contract/bridge';

export function notificationText(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}

export function resultText(id: RpcId, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

export function errorText(id: RpcId | null, error: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}

/** A failure with a code of the catalogue; `rpcCode` where JSON-RPC has one of its own for it. */
export function rpcError(
  code: ErrorCode,
  message: string,
  rpcCode: number = rpcErrorCodes.callFailed,
): RpcError {
  return { code: rpcCode, message, data: { code, retryable: errorCatalogue[code].retryable } };
}

export interface DescribedError {
  readonly code: ErrorCode;
  readonly error: RpcError;
  /** Nobody's fault but RelayCore's: it belongs in the log. */
  readonly isFault: boolean;
}

/** What a client may know of what a handler threw: of errors without a code of ours nothing. */
export function describeThrown(thrown: unknown): DescribedError {
  if (thrown instanceof Error && 'code' in thrown && isErrorCode(thrown.code)) {
    const isFault = thrown.code === 'internal' || thrown.code === 'storage_failed';
    return { code: thrown.code, error: rpcError(thrown.code, thrown.message), isFault };
  }
  const message = 'A fault in RelayCore. The log has the details.';
  return { code: 'internal', error: rpcError('internal', message), isFault: true };
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code);
}
