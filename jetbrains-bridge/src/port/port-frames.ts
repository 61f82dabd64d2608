// How the bridge's messages travel over a MessagePort: texts as on the WebSocket, and, because a port
// does not say how much of it is unread, now and then how many characters were taken in.

/** Told back by the reader: characters taken in since it told last. */
export interface PortReceipt {
  readonly received: number;
}

/** Receipts are for the bound of a client that falls behind, so they may be coarse. */
const receiptEvery = 64 * 1024;

export function isReceipt(frame: unknown): frame is PortReceipt {
  return (
    typeof frame === 'object' &&
    frame !== null &&
    'received' in frame &&
    typeof frame.received === 'number'
  );
}

/** Counts what comes in; returns a receipt when it is time for one. */
export function createReceipts(): (text: string) => PortReceipt | null {
  let received = 0;
  return (text) => {
    received += text.length;
    if (received < receiptEvery) return null;
    const receipt = { received };
    received = 0;
    return receipt;
  };
}
