// Thread entry of the relay: sockets, pipeline, memory cache, control plane.
import { parentPort, workerData } from 'node:worker_threads';
import { RelayError } from '../domain/relay-error.ts';
import { createLogger } from '../platform/logger/logger.ts';
import { findPortOwner } from '../platform/port-owner/port-owner.ts';
import type { HostToRelay, RelayToHost, RelayWorkerData } from './protocol.ts';
import { composeRelay, type RunningRelay } from './relay/compose-relay.ts';

const host = parentPort;
if (host === null) throw new Error('relay-worker runs as a worker thread only');
// The host hands over what protocol.ts says; both come from the same build.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const data = workerData as RelayWorkerData;
const tell = (message: RelayToHost): void => host.postMessage(message);
const logger = createLogger({
  level: 'info',
  name: 'relay',
  write: (line) => tell({ type: 'log', line }),
});

// The store's port may arrive while the relay is still being put together.
const starting = composeRelay(data, logger, (settings) => tell({ type: 'settings', settings }));

host.on('message', (message: HostToRelay) => {
  starting.then(
    (relay) => obey(relay, message),
    () => {},
  );
});

try {
  const { url, port } = await starting;
  tell({ type: 'listening', url, port });
} catch (error) {
  const { code, text } = await refusalOf(error);
  tell({ type: 'refused', code, message: text });
}

function obey(relay: RunningRelay, message: HostToRelay): void {
  switch (message.type) {
    case 'store-port':
      relay.store.attach(message.port);
      break;
    case 'store-lost':
      relay.store.detach();
      break;
    case 'stop':
      void stop(relay, message.drainMs);
      break;
  }
}

async function stop(relay: RunningRelay, drainMs: number): Promise<void> {
  await relay.close(drainMs);
  tell({ type: 'stopped' });
  host?.close();
}

/** Why the core cannot start, and what to do about it. */
async function refusalOf(
  error: unknown,
): Promise<{ readonly code: string; readonly text: string }> {
  if (error instanceof RelayError) return { code: error.code, text: error.message };
  // Node's error of a failed listen().
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { code, port } = error as { readonly code?: string; readonly port?: number };
  const where = port === undefined ? 'the port' : `port ${port}`;
  if (code === 'EADDRINUSE') {
    const owner = port === undefined ? null : await findPortOwner(port);
    const who = owner === null ? '' : ` (${owner.name}, process ${owner.pid})`;
    const text = `Another program${who} listens on ${where}. Stop it, or choose another port with --port (0 takes any free one).`;
    return { code: 'conflict', text };
  }
  if (code === 'EACCES') {
    return {
      code: 'forbidden',
      text: `This user may not listen on ${where}. Choose one over 1023.`,
    };
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return { code: 'bad_config', text: 'server.host is no address of this machine.' };
  }
  return { code: 'internal', text: error instanceof Error ? error.message : String(error) };
}
