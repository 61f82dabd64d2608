// Started by `npm start`, a script has to end with npm, which may go without telling it.
import { spawnSync } from 'node:child_process';
import { isWindows } from './project.mjs';

const PARENT_POLL_MS = 500;

/** Calls back when npm, which runs this script, has gone without a signal that reached it. */
export function whenNpmHasGone(callback) {
  // Started by hand it may outlive what started it.
  if (process.env.npm_lifecycle_event !== 'start') return;
  const parent = process.ppid;
  const above = [parent, parentOfShell(parent)].filter((pid) => pid !== null);
  const timer = setInterval(() => {
    if (process.ppid === parent && above.every(isAlive)) return;
    clearInterval(timer);
    callback();
  }, PARENT_POLL_MS);
  timer.unref();
}

/** npm may put a shell between itself and the script, which outlives it. Null: there is none. */
function parentOfShell(pid) {
  if (isWindows) return null;
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  const [, parent = null] = /^\s*(\d+)\s+(?:\S*\/)?\w*sh\s*$/.exec(stdout ?? '') ?? [];
  return parent === null ? null : Number(parent);
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
