// Alternating rounds: every peer once a round, in turning order, so that a machine's slow minute hits all alike.

import type { Bench, Sample } from './bench.ts';
import type { PeerName } from './options.ts';
import type { Peer } from './peers/peer.ts';
import { median } from './statistics.ts';

/** Samples of each peer, by round; a failed round is undefined, so that rounds stay paired. */
export type Samples = ReadonlyMap<PeerName, readonly (Sample | undefined)[]>;

export interface RoundsOptions {
  readonly peers: readonly Peer[];
  readonly rounds: number;
  readonly measure: (peer: Peer) => Promise<Sample>;
}

export async function alternate(bench: Bench, options: RoundsOptions): Promise<Samples> {
  const { peers } = options;
  const samples = new Map<PeerName, (Sample | undefined)[]>();
  for (const peer of peers) samples.set(peer.name, []);
  for (let round = 0; round < options.rounds; round += 1) {
    for (let turn = 0; turn < peers.length; turn += 1) {
      const peer = peers[(turn + round) % peers.length];
      if (peer === undefined) continue;
      samples.get(peer.name)?.push(await attempt(bench, peer, options));
    }
  }
  return samples;
}

/** Above this, in CPUs, others disturbed a measurement: taken again while the run has repeats left. */
const disturbedBy = 0.15;

async function attempt(
  bench: Bench,
  peer: Peer,
  options: RoundsOptions,
): Promise<Sample | undefined> {
  try {
    const first = await options.measure(peer);
    if (!(foreign(first) > disturbedBy) || !bench.mayRepeat()) return first;
    const second = await options.measure(peer);
    return foreign(second) < foreign(first) ? second : first;
  } catch (error) {
    bench.notes.push(`${peer.name}: a round failed: ${String(error)}`);
    return undefined;
  }
}

function foreign(sample: Sample): number {
  return sample['foreignCpu'] ?? Number.NaN;
}

/** Median over the rounds; NaN where nothing was measured. */
export function medianOf(samples: Samples, peer: PeerName, metric: string): number {
  return median(valuesOf(samples, peer, metric));
}

/** Median of the rounds' ratios to another peer in the same round. */
export function ratioOf(
  samples: Samples,
  peers: readonly [PeerName, PeerName],
  metric: string,
): number {
  return median(pairsOf(samples, peers, metric).map(([value, other]) => value / other));
}

/** Median of the rounds' differences to another peer in the same round. */
export function addedOf(
  samples: Samples,
  peers: readonly [PeerName, PeerName],
  metric: string,
): number {
  return median(pairsOf(samples, peers, metric).map(([value, other]) => value - other));
}

function pairsOf(
  samples: Samples,
  [peer, other]: readonly [PeerName, PeerName],
  metric: string,
): (readonly [number, number])[] {
  const others = valuesOf(samples, other, metric);
  return valuesOf(samples, peer, metric).map((value, round) => [
    value,
    others[round] ?? Number.NaN,
  ]);
}

function valuesOf(samples: Samples, peer: PeerName, metric: string): number[] {
  return (samples.get(peer) ?? []).map((sample) => sample?.[metric] ?? Number.NaN);
}
