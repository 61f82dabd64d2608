// Calls over a MessagePort: what the two ends say to each other, and how bytes travel.

/** The methods of an interface as the other end of the port sees them. */
export type RemoteCalls<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** What serves the methods of an interface: at once, or later. */
export type CallHandlers<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Result | Promise<Awaited<Result>>
    : never;
};

export interface RpcRequest {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type RpcResponse =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

/** A value to post and the buffers in it that change hands. */
export interface Packed {
  readonly value: unknown;
  readonly transfer: ArrayBuffer[];
}

/**
 * Copies byte arrays (the value itself, a member of it, or of an object in it where it is a list) and
 * gives the copies away. Posting a view
 * as it is would clone the whole buffer behind it, which for a small Buffer is a slab of 64 KB with
 * other people's bytes in it; transferring the original would take it from its owner.
 */
export function pack(value: unknown): Packed {
  const transfer: ArrayBuffer[] = [];
  const packOne = (part: unknown): unknown => {
    if (!(part instanceof Uint8Array)) return part;
    const copy = Uint8Array.from(part);
    transfer.push(copy.buffer);
    return copy;
  };
  return { value: mapParts(value, packOne), transfer };
}

/** Makes Buffers again of the byte arrays that `pack` looks for. */
export function unpack(value: unknown): unknown {
  return mapParts(value, (part) =>
    part instanceof Uint8Array ? Buffer.from(part.buffer, part.byteOffset, part.byteLength) : part,
  );
}

function mapParts(value: unknown, change: (part: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => mapMembers(element, change));
  return ArrayBuffer.isView(value) ? change(value) : mapMembers(value, change);
}

/** Applies `change` to the members of a plain object that holds a byte array. */
function mapMembers(value: unknown, change: (part: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (!entries.some(([, part]) => part instanceof Uint8Array)) return value;
  return Object.fromEntries(entries.map(([name, part]) => [name, change(part)]));
}
