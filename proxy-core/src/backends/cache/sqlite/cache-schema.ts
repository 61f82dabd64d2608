// The tables of `cache.db`. A migration that was released is never changed: the next one is added.

/** Bodies stand apart, so that going through the entries does not read them. */
const createEntries = `
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,
  key_id BLOB NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  workspace TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);
CREATE INDEX entries_used ON entries (used_at);
CREATE INDEX entries_expiry ON entries (expires_at);
CREATE TABLE bodies (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TRIGGER entries_deleted AFTER DELETE ON entries BEGIN
  DELETE FROM bodies WHERE id = old.id;
END;
`;

export const cacheMigrations: readonly string[] = [createEntries];

/** Must stand before the first table. Space that entries leave goes back to the disk in steps. */
export const cachePragmas: readonly string[] = ['PRAGMA auto_vacuum = INCREMENTAL'];
