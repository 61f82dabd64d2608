/**
 * What a failed operation says of the database. `corrupt`: the file is damaged or no database.
 * `read-only`: it may not be written, which does not pass by itself. `unavailable`: full, locked, or
 * an I/O error, which may pass. `other`: the statement or its values are wrong.
 */
export type SqliteFault = 'corrupt' | 'read-only' | 'unavailable' | 'other';

// https://sqlite.org/rescode.html: primary codes, and two extended ones that say the file is shorter
// than it claims, or damaged in the file system's eyes, which no retry mends.
const faultOfCode = new Map<number, SqliteFault>([
  [3, 'read-only'], // PERM
  [5, 'unavailable'], // BUSY
  [6, 'unavailable'], // LOCKED
  [7, 'unavailable'], // NOMEM
  [8, 'read-only'], // READONLY
  [10, 'unavailable'], // IOERR
  [11, 'corrupt'], // CORRUPT
  [13, 'unavailable'], // FULL
  [14, 'read-only'], // CANTOPEN
  [26, 'corrupt'], // NOTADB
  [522, 'corrupt'], // IOERR_SHORT_READ
  [8458, 'corrupt'], // IOERR_CORRUPTFS
]);

const faultOfFileSystemCode = new Map<string, SqliteFault>([
  ['EACCES', 'read-only'],
  ['EPERM', 'read-only'],
  ['EROFS', 'read-only'],
  ['ENOTDIR', 'read-only'],
  ['ENOENT', 'read-only'],
  ['ENOSPC', 'unavailable'],
  ['EDQUOT', 'unavailable'],
  ['EIO', 'unavailable'],
  ['EMFILE', 'unavailable'],
  ['ENFILE', 'unavailable'],
  ['EBUSY', 'unavailable'],
]);

/** Reads the result code of SQLite, or the code of a file system's error. */
export function classifySqliteError(error: unknown): SqliteFault {
  if (!(error instanceof Error)) return 'other';
  if ('errcode' in error && typeof error.errcode === 'number') {
    return faultOfCode.get(error.errcode) ?? faultOfCode.get(error.errcode & 0xff) ?? 'other';
  }
  if ('code' in error && typeof error.code === 'string') {
    return faultOfFileSystemCode.get(error.code) ?? 'other';
  }
  return 'other';
}
