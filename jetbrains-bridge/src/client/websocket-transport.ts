import { bridgeHeartbeatMs, bridgeProtocol } from '@relaycore/proxy-core/contract/bridge';
import { WebSocket } from 'ws';
import { BridgeError } from '../bridge-error.ts';
import type { Transport, TransportListener } from './transport.ts';

export interface WebSocketTarget {
  /** Such as `ws://127.0.0.1:7352/bridge`. */
  readonly url: string;
  readonly controlToken: string;
}

const handshakeTimeoutMs = 5000;
/** Events of a resume may come at once. */
const maxMessageBytes = 64 * 1024 * 1024;
/** The core pings; one that has been silent for longer hangs, or its machine slept. */
const silenceMs = 2.5 * bridgeHeartbeatMs;

export function openWebSocket(
  { url, controlToken }: WebSocketTarget,
  listener: TransportListener,
  signal: AbortSignal,
): Promise<Transport> {
  const socket = new WebSocket(url, [bridgeProtocol], {
    headers: { authorization: `Bearer ${controlToken}` },
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const opened = Promise.withResolvers<Transport>();
  const onAbort = (): void => socket.terminate();
  signal.addEventListener('abort', onAbort, { once: true });
  const watchdog = createWatchdog(() => socket.terminate());
  socket.on('message', (data, isBinary) => {
    watchdog.feed();
    if (!isBinary && Buffer.isBuffer(data)) listener.onText(data.toString('utf8'));
  });
  socket.on('ping', () => watchdog.feed());
  socket.on('error', (cause) => {
    const message = `The core's bridge at ${url} cannot be opened.`;
    opened.reject(new BridgeError('upstream_unreachable', message, { cause }));
  });
  socket.once('open', () => {
    watchdog.feed();
    opened.resolve({ send: (text) => socket.send(text), close: () => socket.close(1000) });
  });
  socket.once('close', () => {
    watchdog.stop();
    signal.removeEventListener('abort', onAbort);
    opened.reject(new BridgeError('upstream_unreachable', `${url} closed the connection.`));
    listener.onClosed();
  });
  return opened.promise;
}

function createWatchdog(onSilence: () => void): { feed(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    feed() {
      if (timer === null) {
        timer = setTimeout(onSilence, silenceMs);
        timer.unref();
      } else {
        timer.refresh();
      }
    },
    stop,
  };
}
