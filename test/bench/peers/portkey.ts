// Portkey's gateway from npm, installed into a cache folder by the benchmark itself. As published it answers every
// stream with a 500 (its @hono/node-server resolves too new), hence the override.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startChild } from '../../support/child-process.ts';
import { nodeBinary } from '../../support/run-core.ts';
import { PeerUnavailable, providerKey, type StartPeer } from './peer.ts';

const version = '1.15.2';
const nodeServerVersion = '1.14.1';
const folder = fileURLToPath(new URL('../../../.cache/bench-portkey/', import.meta.url));
const entry = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');

export const startPortkey: StartPeer = async ({ upstreamPort, prefix }) => {
  await install();
  const port = await freePort();
  const command = [...prefix, nodeBinary(), entry, '--headless', `--port=${port}`];
  const running = startChild(command, {
    env: { ...process.env, NODE_ENV: 'production' },
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const deadline = performance.now() + 15_000;
  while (!(await answers(port))) {
    if (performance.now() > deadline || running.child.exitCode !== null) {
      await running.kill9();
      throw new PeerUnavailable(
        `Portkey ${version} does not start: ${running.stderr().slice(-500)}`,
      );
    }
    await delay(100);
  }
  return {
    name: 'portkey',
    target: {
      port,
      headers: {
        ...providerKey,
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
      },
    },
    pid: running.pid,
    version,
    stop: async () => {
      await running.stop(2_000);
    },
  };
};

async function install(): Promise<void> {
  if (existsSync(entry)) return;
  mkdirSync(folder, { recursive: true });
  const manifest = {
    private: true,
    dependencies: { '@portkey-ai/gateway': version },
    overrides: { '@hono/node-server': nodeServerVersion },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--workspaces=false'];
  try {
    await promisify(execFile)('npm', args, { cwd: folder, timeout: 180_000 });
  } catch (error) {
    throw new PeerUnavailable(`Portkey ${version} cannot be installed with npm: ${String(error)}`, {
      cause: error,
    });
  }
}

/** The gateway wants its port named. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
