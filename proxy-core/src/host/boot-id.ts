import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Names the current boot of the system; null where the system does not tell (Windows). */
export async function readBootId(): Promise<string | null> {
  try {
    if (process.platform === 'darwin') {
      const { stdout } = await promisify(execFile)('/usr/sbin/sysctl', [
        '-n',
        'kern.bootsessionuuid',
      ]);
      return stdout.trim() || null;
    }
    const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return text.trim() || null;
  } catch {
    return null;
  }
}
