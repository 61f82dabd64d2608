// The benchmark's command line.

import { parseArgs } from 'node:util';

export const peerNames = ['direct', 'raw', 'relaycore', 'portkey'] as const;
export type PeerName = (typeof peerNames)[number];

export interface BenchOptions {
  readonly isQuick: boolean;
  /** Parts of scenario names; empty: all. */
  readonly only: readonly string[];
  readonly peers: readonly PeerName[];
  readonly jsonFile: string;
  /** RelayCore is profiled into this folder, which slows it. */
  readonly profileFolder: string | undefined;
}

export const usage = `npm run bench -- [--quick] [--only NAME[,NAME]] [--peers raw,relaycore,portkey] [--json FILE]

  --quick   about two minutes: fewer and shorter rounds, small memory run; trust it less
  --only    scenarios whose name contains NAME; --list shows the names
  --peers   of direct, raw, relaycore, portkey; default all
  --json    where the numbers go; default test-results/bench.json
  --profile RelayCore's CPU profiles go into this folder (and slow it): read them with a browser's developer tools,
            or with node test/bench/summarise-profiles.ts FOLDER
`;

/** Throws on an unknown option or peer. */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' | 'list' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      peers: { type: 'string', default: peerNames.join(',') },
      json: { type: 'string', default: 'test-results/bench.json' },
      profile: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.list) return 'list';
  return {
    isQuick: values.quick,
    only: words(values.only),
    peers: words(values.peers).map(peerName),
    jsonFile: values.json,
    profileFolder: values.profile,
  };
}

function words(list: string): string[] {
  return list.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
}

function peerName(name: string): PeerName {
  const known = peerNames.find((one) => one === name);
  if (known === undefined) throw new Error(`Unknown peer ${name}; known: ${peerNames.join(', ')}.`);
  return known;
}
