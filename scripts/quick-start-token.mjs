// The client token that `npm start` shows. The core keeps only its hash, so the token itself is kept
// beside it for the next start: assistants that were given it go on working.
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TOKEN_NAME = 'quick-start';
const FILE_NAME = 'quick-start-token';

/**
 * @param {(parameters: string[]) => Promise<{code: number, output: string, stdout: string}>} runCommand
 *   runs one command of the core's command line
 * @param {string} dataDir absolute
 * @returns {Promise<{name: string, file: string | null, token: string} | {failure: string}>} `file` is null
 *   where the token could not be kept
 */
export async function obtainToken(runCommand, dataDir) {
  const path = join(dataDir, FILE_NAME);
  const kept = readKept(path);
  const listed = await runCommand(['token', 'list', '--json']);
  if (listed.code !== 0) return { failure: listed.output };
  const named = JSON.parse(listed.stdout).tokens.find(({ name }) => name === TOKEN_NAME);
  if (kept !== null && named?.id === kept.id) {
    return { name: TOKEN_NAME, file: path, token: kept.token };
  }
  // It cannot be shown again, and there is one token of a name.
  if (named !== undefined) await runCommand(['token', 'revoke', TOKEN_NAME]);
  const created = await runCommand(['token', 'create', TOKEN_NAME, '--json']);
  if (created.code !== 0) return { failure: created.output };
  const { id, token } = JSON.parse(created.stdout);
  return { name: TOKEN_NAME, file: keep(path, { id, token }) ? path : null, token };
}

/** The token in the first line, its id in the second. Null where there is no such file. */
function readKept(path) {
  try {
    chmodSync(path, 0o600);
    const [token = '', id = ''] = readFileSync(path, 'utf8').split('\n');
    return token.startsWith('rc_c_') && id !== '' ? { token, id } : null;
  } catch {
    return null;
  }
}

/** Written beside and renamed: no moment with half a file or one that others can read. */
function keep(path, { token, id }) {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, `${token}\n${id}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
    return true;
  } catch {
    rmSync(draft, { force: true });
    return false;
  }
}
