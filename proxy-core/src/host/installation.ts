import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { WorkerUrls } from './core-workers.ts';

/** What belongs to this copy of RelayCore. */
export interface Installation {
  readonly version: string;
  readonly workerUrls: WorkerUrls;
  /** Folder with the built page; null where this build has none. */
  readonly uiDirectory: string | null;
  /** The headless entry, for a core in a process of its own. */
  readonly mainFile: string;
}

/** Found from the composition's own URL: it runs from `src/` or bundled, straight in `dist/`. */
export function locateInstallation(compositionUrl: string): Installation {
  const isSource = compositionUrl.endsWith('.ts');
  const worker = (name: string): URL =>
    new URL(`./workers/${name}-worker.${isSource ? 'ts' : 'js'}`, compositionUrl);
  const ui = fileURLToPath(new URL(isSource ? '../dist/ui' : './ui', compositionUrl));
  return {
    version: readVersion(new URL('../package.json', compositionUrl)),
    workerUrls: { relay: worker('relay'), store: worker('store') },
    uiDirectory: existsSync(ui) ? ui : null,
    mainFile: fileURLToPath(new URL(isSource ? './main.ts' : './main.js', compositionUrl)),
  };
}

function readVersion(packageFile: URL): string {
  const text = readFileSync(packageFile, 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
