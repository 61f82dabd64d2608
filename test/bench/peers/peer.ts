// A way to the upstream that is measured: nothing in between, or one of the gateways.

import type { PeerName } from '../options.ts';
import type { Target } from '../payloads.ts';

export interface Peer {
  readonly name: PeerName;
  readonly target: Target;
  /** The gateway's process; undefined for `direct`. */
  readonly pid: number | undefined;
  readonly version: string;
  stop(): Promise<void>;
}

/** What a gateway's start needs. */
export interface PeerSetting {
  readonly upstreamPort: number;
  /** The pinning command. */
  readonly prefix: readonly string[];
  /** Where RelayCore leaves its CPU profiles. */
  readonly profileFolder: string | undefined;
}

export type StartPeer = (setting: PeerSetting) => Promise<Peer>;

/** Thrown when a peer is not to be had on this machine: named in the report, no failure of the benchmark. */
export class PeerUnavailable extends Error {}

/** What a client without a gateway would send. */
export const providerKey = { authorization: 'Bearer sk-bench-provider-key' } as const;
