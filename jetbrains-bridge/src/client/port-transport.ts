import type { MessagePort } from 'node:worker_threads';
import { createReceipts } from '../port/port-frames.ts';
import type { Transport, TransportListener } from './transport.ts';

/** Over a port into the relay worker of this process. It owns the port. */
export function createPortTransport(port: MessagePort, listener: TransportListener): Transport {
  const receiptFor = createReceipts();
  port.on('message', (frame: unknown) => {
    if (typeof frame !== 'string') return;
    listener.onText(frame);
    const receipt = receiptFor(frame);
    if (receipt !== null) port.postMessage(receipt);
  });
  port.once('close', () => listener.onClosed());
  return { send: (text) => port.postMessage(text), close: () => port.close() };
}
