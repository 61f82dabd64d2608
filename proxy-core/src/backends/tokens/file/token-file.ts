import { stat } from 'node:fs/promises';
import { Low, type Adapter } from 'lowdb';
import { z } from 'zod';
import { RelayError } from '../../../domain/relay-error.ts';
import {
  hasCode,
  moveAside,
  readPrivateFile,
  replacePrivateFile,
} from '../../../platform/private-file/private-file.ts';

const recordSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1).max(64),
  /** SHA-256 of the whole token, hexadecimal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.number().int(),
});
export type TokenRecord = z.infer<typeof recordSchema>;

const contentSchema = z.object({ version: z.literal(1), tokens: z.array(recordSchema) });
type Content = z.infer<typeof contentSchema>;

/** What the file holds; `corrupt`: something that is no list of tokens. */
export type TokenFileState =
  | { readonly kind: 'read'; readonly tokens: readonly TokenRecord[]; readonly isExposed: boolean }
  | { readonly kind: 'corrupt'; readonly cause: unknown };

export interface TokenFile {
  readonly path: string;
  /** Changes whenever the file does; null where there is none. */
  signature(): Promise<string | null>;
  /** A file that does not exist holds no tokens. RelayError `storage_failed` where it cannot be read. */
  read(): Promise<TokenFileState>;
  /** Replaces the file; RelayError `storage_failed` where it cannot be written. */
  write(tokens: readonly TokenRecord[]): Promise<void>;
  /** Puts a corrupt file out of the way; the new path, or null where it has to stay. */
  moveAside(now: number): Promise<string | null>;
}

/** `tokens.json` through lowdb, with an adapter of our own: lowdb's writes with the umask's mode. */
export function createTokenFile(path: string): TokenFile {
  return {
    path,
    signature: () => signatureOf(path),
    moveAside: (now) => moveAside(path, now),
    async read() {
      const adapter = createAdapter(path);
      const database = new Low<unknown>(adapter, emptyContent());
      try {
        await database.read();
      } catch (cause) {
        if (cause instanceof SyntaxError) return { kind: 'corrupt', cause };
        throw storageFailed('read', path, cause);
      }
      refuseNewer(database.data, path);
      const parsed = contentSchema.safeParse(database.data);
      if (!parsed.success) return { kind: 'corrupt', cause: parsed.error };
      return { kind: 'read', tokens: parsed.data.tokens, isExposed: adapter.wasExposed() };
    },
    async write(tokens) {
      const content: Content = { version: 1, tokens: [...tokens] };
      try {
        await new Low<unknown>(createAdapter(path), content).write();
      } catch (cause) {
        throw storageFailed('write', path, cause);
      }
    },
  };
}

function emptyContent(): Content {
  return { version: 1, tokens: [] };
}

function createAdapter(path: string): Adapter<unknown> & { wasExposed(): boolean } {
  let isExposed = false;
  return {
    async read() {
      const file = await readPrivateFile(path);
      isExposed = file !== null && file.permissions !== 'private';
      const content: unknown = file === null ? null : JSON.parse(file.text);
      return content;
    },
    write: (content) => replacePrivateFile(path, `${JSON.stringify(content, null, 2)}\n`),
    wasExposed: () => isExposed,
  };
}

// Inode and size beside the time: two atomic replacements may fall into one tick of the clock.
async function signatureOf(path: string): Promise<string | null> {
  try {
    const { ino, mtimeMs, size } = await stat(path);
    return `${ino}:${mtimeMs}:${size}`;
  } catch {
    return null;
  }
}

// A newer RelayCore's file is sound: moving it aside as corrupt would lock its assistants out.
function refuseNewer(content: unknown, path: string): void {
  const parsed = z.object({ version: z.number() }).safeParse(content);
  if (!parsed.success || parsed.data.version <= 1) return;
  throw new RelayError(
    'storage_failed',
    `${path} was written by a newer RelayCore. Update RelayCore to use its client tokens.`,
  );
}

function storageFailed(verb: 'read' | 'write', path: string, cause: unknown): RelayError {
  const reason = hasCode(cause, 'EACCES', 'EPERM', 'EROFS')
    ? 'this user may not do so; check the permissions of the file and its folder'
    : cause instanceof Error && 'code' in cause
      ? `the system says ${String(cause.code)}`
      : 'the system refused';
  return new RelayError('storage_failed', `Cannot ${verb} ${path}: ${reason}.`, { cause });
}
