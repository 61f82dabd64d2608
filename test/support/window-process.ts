// A window of an IDE, as far as the core goes: starts a core as an extension host does, and prints each of its
// states as a line of JSON. Its options stand in argv[2] as JSON. It ends when its stdin does.

import { fileURLToPath } from 'node:url';
import { startCore, type CoreOptions } from '../../proxy-core/src/composition.ts';
import type { SecretOffer } from '../../proxy-core/src/contract/bridge/settings-calls.ts';

export interface WindowOptions {
  readonly dataDir: string;
  readonly version: string | null;
  readonly asDaemon: boolean;
  readonly portOverride: number | null;
  readonly offers: readonly SecretOffer[];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();

async function run(): Promise<void> {
  const given = JSON.parse(process.argv[2] ?? '') as WindowOptions;
  const options: CoreOptions = {
    dataDir: given.dataDir,
    configFile: null,
    portOverride: given.portOverride,
    environment: process.env,
    useEnvironment: false,
    host: { kind: 'vscode', name: 'Test Editor' },
    stderr: process.stderr,
    keepsTrying: true,
    asDaemon: given.asDaemon,
    ...(given.version === null ? {} : { version: given.version }),
  };
  const core = await startCore(options);
  core.onChange((state) => console.log(JSON.stringify(state)));
  core.offerSecrets(given.offers);
  process.stdin.resume();
  process.stdin.once('end', () => void core.close());
}
