import type { MemberReader } from '../../domain/dialect.ts';

export interface SpyingMembers extends MemberReader {
  /** The names of the members that were read so far. */
  readonly reads: readonly string[];
}

/** A request as its members, which remembers what was read. */
export function membersOf(request: Readonly<Record<string, unknown>>): SpyingMembers {
  const reads: string[] = [];
  return {
    reads,
    read(name) {
      reads.push(name);
      return request[name];
    },
    has: (name) => name in request,
    isGiven: (name) => {
      const value = request[name] ?? null;
      return value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
    },
  };
}
