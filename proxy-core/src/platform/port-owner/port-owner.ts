// Names the program that listens on a port, so that a refusal can say whom to stop. Linux only; other
// systems tell this to their own tools alone.
import { readdir, readFile, readlink } from 'node:fs/promises';

export interface PortOwner {
  readonly pid: number;
  /** Name of the program, as the system knows it. */
  readonly name: string;
}

const listening = '0A';

/** Null where it is not to be found: another system, or another user's process. Never rejects. */
export async function findPortOwner(port: number): Promise<PortOwner | null> {
  if (process.platform !== 'linux') return null;
  try {
    const inodes = await listeningInodes(port);
    return inodes.size === 0 ? null : await findHolder(inodes);
  } catch {
    return null;
  }
}

async function listeningInodes(port: number): Promise<ReadonlySet<string>> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const rows = tables.flatMap((table) => table.split('\n').slice(1));
  const inodes = rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
    return state === listening && local.endsWith(suffix) && inode !== undefined ? [inode] : [];
  });
  return new Set(inodes);
}

async function findHolder(inodes: ReadonlySet<string>): Promise<PortOwner | null> {
  const sockets = new Set([...inodes].map((inode) => `socket:[${inode}]`));
  const entries = await readdir('/proc');
  for (const entry of entries.filter((name) => /^\d+$/.test(name))) {
    const folder = `/proc/${entry}/fd`;
    const descriptors = await readdir(folder).catch(() => []);
    const links = await Promise.all(
      descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => '')),
    );
    if (!links.some((link) => sockets.has(link))) continue;
    const name = await readFile(`/proc/${entry}/comm`, 'utf8').catch(() => '');
    return { pid: Number(entry), name: name.trim() || 'unknown' };
  }
  return null;
}
