import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CachedAnswer, CacheFilter } from '../../../domain/cached-answer.ts';
import { inTransaction } from '../../../platform/sqlite/migrate.ts';
import { createStatementCache } from '../../../platform/sqlite/statement-cache.ts';
import { fingerprintBytes } from '../fingerprint.ts';
import type { PlainMetadata } from './answer-seal.ts';

/** Rows, indexes and pages of an entry beside its sealed bytes. */
const overheadBytes = 512;

/** An entry as it stands in the database. */
export interface StoredEntry {
  readonly id: number;
  readonly plain: PlainMetadata;
  readonly keyId: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface SealedAnswer {
  readonly answer: CachedAnswer;
  readonly sealed: Uint8Array;
}

export interface Removed {
  readonly entries: number;
  readonly bytes: number;
}

/** Works on one open connection; knows how many entries there are and their bytes. */
export class CacheAccess {
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #insertBody: StatementSync;
  readonly #touch: StatementSync;
  readonly #statement: (sql: string) => StatementSync;
  #entries: number;
  #bytes: number;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#select = database.prepare(
      `SELECT id, key_id, provider, model, workspace, created_at, expires_at, sealed
        FROM entries JOIN bodies USING (id) WHERE key = ?`,
    );
    this.#insert = database.prepare(
      `INSERT INTO entries
        (key, key_id, provider, model, workspace, created_at, expires_at, used_at, bytes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertBody = database.prepare('INSERT INTO bodies (id, sealed) VALUES (?, ?)');
    this.#touch = database.prepare('UPDATE entries SET used_at = ? WHERE id = ?');
    this.#statement = createStatementCache(database);
    const totals = database.prepare('SELECT count(*) AS n, sum(bytes) AS b FROM entries').get();
    this.#entries = Number(totals?.['n']);
    this.#bytes = Number(totals?.['b'] ?? 0);
  }

  get entries(): number {
    return this.#entries;
  }

  get bytes(): number {
    return this.#bytes;
  }

  find(key: string): StoredEntry | null {
    const row = this.#select.get(Buffer.from(key, 'hex'));
    if (row === undefined) return null;
    const { id, key_id: keyId, sealed, workspace } = row;
    if (!(keyId instanceof Uint8Array) || !(sealed instanceof Uint8Array)) return null;
    const plain: PlainMetadata = {
      key,
      provider: String(row['provider']),
      model: String(row['model']),
      workspace: typeof workspace === 'string' ? workspace : null,
      createdAt: Number(row['created_at']),
      expiresAt: Number(row['expires_at']),
    };
    return { id: Number(id), plain, keyId, sealed };
  }

  /** All in one transaction, or none. Each takes the place of an entry with the same key. */
  putAll(entries: readonly SealedAnswer[], keyId: Buffer, now: number): void {
    const removed = inTransaction(this.#database, () =>
      entries.map((entry) => this.#replace(entry, keyId, now)),
    );
    for (const each of removed) this.#count(each);
  }

  touch(times: ReadonlyMap<number, number>): void {
    inTransaction(this.#database, () => {
      for (const [id, time] of times) this.#touch.run(time, id);
    });
  }

  remove(id: number): void {
    this.#count(this.#delete('id = ?', [id]));
  }

  /** At most `limit` of the least recently used, as long as more than `maxBytes` are there. */
  evict(maxBytes: number, limit: number): Removed {
    if (this.#bytes <= maxBytes) return { entries: 0, bytes: 0 };
    // The running sum keeps an eviction from taking more than it must.
    const ids = `id IN (SELECT id FROM (
      SELECT id, sum(bytes) OVER (ORDER BY used_at, id) - bytes AS before FROM (
        SELECT id, bytes, used_at FROM entries ORDER BY used_at, id LIMIT ?)) WHERE before < ?)`;
    return this.#count(this.#delete(ids, [limit, this.#bytes - maxBytes]));
  }

  removeExpired(now: number, limit: number): Removed {
    const ids = 'id IN (SELECT id FROM entries WHERE expires_at <= ? LIMIT ?)';
    return this.#count(this.#delete(ids, [now, limit]));
  }

  removeMatching(filter: CacheFilter, limit: number): Removed {
    const conditions: [string, SQLInputValue | undefined][] = [
      ['workspace = ?', filter.workspace],
      ['model = ?', filter.model],
      ['provider = ?', filter.provider],
      ['created_at < ?', filter.createdBefore],
    ];
    const used = conditions.flatMap(([sql, value]) =>
      value === undefined ? [] : [{ sql, value }],
    );
    const where = used.map(({ sql }) => sql).join(' AND ');
    const ids = `id IN (SELECT id FROM entries WHERE ${where} LIMIT ?)`;
    return this.#count(this.#delete(ids, [...used.map(({ value }) => value), limit]));
  }

  /** Of the entries under this key id that have not expired. */
  fingerprints(keyId: Buffer, now: number): Float64Array {
    const rows = this.#statement(
      `SELECT hex(substr(key, 1, ${fingerprintBytes})) AS digits FROM entries
        WHERE key_id = ? AND expires_at > ?`,
    ).all(keyId, now);
    return Float64Array.from(rows, (row) => Number.parseInt(String(row['digits']), 16));
  }

  /** Writes what stands there already; throws where nothing can be written. */
  probe(): void {
    const version = Number(this.#statement('PRAGMA user_version').get()?.['user_version']);
    this.#database.exec(`PRAGMA user_version = ${version}`);
  }

  /** Gives at most so many free pages back to the disk. */
  shrink(pages: number): void {
    this.#database.exec(`PRAGMA incremental_vacuum(${pages})`);
  }

  get freePages(): number {
    return Number(this.#statement('PRAGMA freelist_count').get()?.['freelist_count'] ?? 0);
  }

  /** Returns what the cache has less after it, which is mostly negative. */
  #replace({ answer, sealed }: SealedAnswer, keyId: Buffer, now: number): Removed {
    const bytes = sealed.length + overheadBytes;
    const key = Buffer.from(answer.key, 'hex');
    const { provider, model, workspace, createdAt, expiresAt } = answer;
    const replaced = this.#delete('key = ?', [key]);
    const { lastInsertRowid } = this.#insert.run(
      ...[key, keyId, provider, model, workspace, createdAt, expiresAt, now, bytes],
    );
    this.#insertBody.run(lastInsertRowid, sealed);
    return { entries: replaced.entries - 1, bytes: replaced.bytes - bytes };
  }

  #delete(where: string, parameters: readonly SQLInputValue[]): Removed {
    const rows = this.#statement(`DELETE FROM entries WHERE ${where} RETURNING bytes`).all(
      ...parameters,
    );
    return {
      entries: rows.length,
      bytes: rows.reduce((sum, row) => sum + Number(row['bytes']), 0),
    };
  }

  #count(removed: Removed): Removed {
    this.#entries -= removed.entries;
    this.#bytes -= removed.bytes;
    return removed;
  }
}
