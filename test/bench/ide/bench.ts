// What the parts of the benchmark share.
import type { IdeBenchOptions } from './options.ts';
import { createQuiet, type Quiet } from './quiet.ts';
import { openStage, type Stage } from './stage.ts';

export interface IdeBench {
  readonly options: IdeBenchOptions;
  readonly quiet: Quiet;
  /** One VS Code for all parts, started for the first that asks. */
  stage(): Promise<Stage>;
  progress(text: string): void;
  close(): Promise<void>;
}

export function createIdeBench(options: IdeBenchOptions): IdeBench {
  let stage: Promise<Stage> | null = null;
  return {
    options,
    quiet: createQuiet(options.quiet),
    stage: () => (stage ??= openStage()),
    progress: (text) => void process.stderr.write(`${text}\n`),
    async close() {
      // Where it did not start, the part that asked for it has told so.
      const opened = await stage?.catch(() => null);
      await opened?.close();
    },
  };
}
