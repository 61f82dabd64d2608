// Node hands either every request with `Upgrade` to a listener or none. This takes only those that are
// accepted; the others stay ordinary requests whose offer is ignored, as HTTP allows.
import { IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface UpgradeHandlers {
  accepts(request: IncomingMessage): boolean;
  /** Owns the socket from now on; it does not count among the server's connections any more. */
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * The class of requests for `createServer`. Node's parser writes `upgrade` when the headers are there
 * and asks for it again to decide whether the connection leaves HTTP: what is not accepted says no.
 */
export function upgradableMessages(accepts: UpgradeHandlers['accepts']): typeof IncomingMessage {
  return class extends IncomingMessage {
    /** Written by Node's constructor already, so it can be no private field. */
    declare offersUpgrade: boolean | null;

    get upgrade(): boolean | null {
      return this.offersUpgrade === true ? accepts(this) : this.offersUpgrade;
    }

    set upgrade(value: boolean | null) {
      this.offersUpgrade = value;
    }
  };
}

export function listenForUpgrades(server: Server, { onUpgrade }: UpgradeHandlers): void {
  server.on('upgrade', (request, socket, head) => onUpgrade(request, socket, head));
}
