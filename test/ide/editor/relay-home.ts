// The data home that the extension under test uses, in the place of ~/.relaycore.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonBody } from '../../support/builders.ts';
import { writeConfig } from '../../support/core-config.ts';
import { freePort } from '../../support/free-port.ts';
import { createClientToken } from '../../support/run-core.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export interface RelayHome {
  readonly path: string;
  /** The address that the proxy is told to take: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly controlToken: string;
  /** Of the process that leads now. */
  leaderPid(): number;
  /** False where nobody listens, or somebody who is no core. */
  isServed(): Promise<boolean>;
  createClientToken(name: string): Promise<string>;
  remove(): void;
}

/** A new home with a configuration, and a port of its own in it. */
export async function createRelayHome(config: JsonBody = {}): Promise<RelayHome> {
  const folder = temporaryFolder('ide-home');
  const port = await freePort();
  mkdirSync(folder.path, { recursive: true });
  writeConfig(folder.path, { ...config, server: { port } });
  return {
    path: folder.path,
    url: `http://127.0.0.1:${port}`,
    get controlToken() {
      return readFileSync(join(folder.path, 'token'), 'utf8').trim();
    },
    leaderPid: () => leaderPid(folder.path),
    isServed: () => isServed(`http://127.0.0.1:${port}/health`),
    createClientToken: (name) => createClientToken(folder.path, name),
    remove: folder.remove,
  };
}

function leaderPid(dataDir: string): number {
  const path = join(dataDir, 'instance.json');
  if (!existsSync(path)) throw new Error('No core has written its instance.json.');
  const { pid } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number };
  return pid;
}

async function isServed(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
