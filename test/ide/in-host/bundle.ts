// One CommonJS file of the tests that run inside VS Code: an extension host loads no TypeScript.
import { join } from 'node:path';
import { build } from 'esbuild';

/** Below the repository, so that `mocha` is found from there. Absolute. */
export async function bundleInHostTests(): Promise<string> {
  const outfile = join(import.meta.dirname, '../../../test-results/ide/in-host.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'run.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}
