// The probe as VS Code loads an extension: a manifest and one CommonJS file.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Active at the very first, so that it sees RelayCore's start. */
const manifest = {
  name: 'bench-probe',
  publisher: 'relaycore-bench',
  version: '0.0.1',
  engines: { vscode: '^1.105.0' },
  main: './probe.cjs',
  activationEvents: ['*'],
  extensionKind: ['workspace'],
};

export async function buildProbe(folder: string): Promise<void> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await build({
    entryPoints: [join(import.meta.dirname, 'probe.ts')],
    outfile: join(folder, 'probe.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
  });
}
