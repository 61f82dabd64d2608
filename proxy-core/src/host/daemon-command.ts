import type { DaemonCommand } from './start-daemon.ts';

export interface DaemonOptions {
  /** The headless entry. */
  readonly mainFile: string;
  readonly dataDir: string;
  /** Further parameters of `relaycore serve`. */
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How a core is started that outlives this process; it ends at once where one leads already. */
export function daemonCommand(options: DaemonOptions): DaemonCommand {
  const { mainFile, dataDir, parameters, environment } = options;
  return {
    executable: process.execPath,
    parameters: [mainFile, 'serve', '--only-lead', '--data-dir', dataDir, ...parameters],
    // In a desktop editor the executable is the editor's own, which acts as Node with this.
    environment: { ...environment, ELECTRON_RUN_AS_NODE: '1' },
    directory: dataDir,
    timeoutMs: 30_000,
  };
}
