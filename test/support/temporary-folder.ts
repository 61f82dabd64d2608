// Temporary folders that vanish with the test process.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onProcessExit } from './process-exit.ts';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** An empty folder of its own, mode 0700. */
export function temporaryFolder(name = 'test'): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `relaycore-${name}-`));
  const erase = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  const forget = onProcessExit(erase);
  return {
    path,
    remove: () => {
      forget();
      erase();
    },
  };
}
