// Thread entry of the relay: sockets, pipeline, memory cache, control plane. It loads its modules and
// waits until it is told to begin: a standby has done that long before it has to lead.
import { parentPort } from 'node:worker_threads';
import { RelayError } from '../domain/relay-error.ts';
import { createLogger } from '../platform/logger/logger.ts';
import { findPortOwner } from '../platform/port-owner/port-owner.ts';
import type { HostToRelay, RelayToHost, RelayWorkerData } from './protocol.ts';
import { composeRelay, type RunningRelay } from './relay/compose-relay.ts';

const host = parentPort;
if (host === null) throw new Error('relay-worker runs as a worker thread only');
const tell = (message: RelayToHost): void => host.postMessage(message);
const logger = createLogger({
  level: 'info',
  name: 'relay',
  write: (line) => tell({ type: 'log', line }),
});
const starting = Promise.withResolvers<RunningRelay>();

host.on('message', (message: HostToRelay) => {
  if (message.type === 'begin') void begin(message.data);
  else {
    // The store's port may arrive while the relay is still being put together.
    starting.promise.then(
      (relay) => obey(relay, message),
      () => {},
    );
  }
});
tell({ type: 'loaded' });

async function begin(data: RelayWorkerData): Promise<void> {
  try {
    const relay = await composeRelay(data, logger, tell);
    starting.resolve(relay);
    const { url, port, isChosenPort } = relay;
    tell({ type: 'listening', url, port, isChosen: isChosenPort });
  } catch (error) {
    starting.promise.catch(() => undefined);
    starting.reject(error);
    const { code, text } = await refusalOf(error);
    tell({ type: 'refused', code, message: text });
  }
}

function obey(relay: RunningRelay, message: Exclude<HostToRelay, { type: 'begin' }>): void {
  switch (message.type) {
    case 'store-port':
      relay.store.attach(message.port);
      break;
    case 'store-lost':
      relay.store.detach();
      break;
    case 'bridge-port':
      relay.serveBridge(message.port);
      break;
    case 'offer-secrets':
      relay.secrets.offer(message.offers);
      break;
    case 'stop':
      void stop(relay, message.drainMs);
      break;
  }
}

async function stop(relay: RunningRelay, drainMs: number): Promise<void> {
  const closing = relay.close(drainMs);
  // `close` has closed the port before its first pause.
  tell({ type: 'port-closed' });
  await closing;
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
    const text = `Another program${who} listens on ${where}. Stop it, or set another server.port in config.yaml (on the command line: --port; 0 takes any free one).`;
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
