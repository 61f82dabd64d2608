// Runs a window of an IDE for a test; see `window-process.ts`.

import { fileURLToPath } from 'node:url';
import type { CoreState } from '../../proxy-core/src/composition.ts';
import { startChild, type ExitResult } from './child-process.ts';
import { nodeBinary, testEnvironment } from './run-core.ts';
import { until } from './until.ts';
import type { WindowOptions } from './window-process.ts';

const script = fileURLToPath(new URL('./window-process.ts', import.meta.url));

export interface RunningWindow {
  readonly pid: number;
  /** All of them until now. */
  states(): readonly CoreState[];
  /** The first state of that kind from now on, the one of now included. */
  reached<Kind extends CoreState['kind']>(kind: Kind): Promise<Extract<CoreState, { kind: Kind }>>;
  stderr(): string;
  /** As when the user closes it. */
  close(): Promise<ExitResult>;
  kill9(): Promise<ExitResult>;
}

export function runWindow(
  dataDir: string,
  overrides: Partial<WindowOptions> = {},
  env: Readonly<Record<string, string | undefined>> = {},
): RunningWindow {
  const defaults = { version: null, asDaemon: false, portOverride: 0, offers: [] };
  const options: WindowOptions = { dataDir, ...defaults, ...overrides };
  const running = startChild([nodeBinary(), script, JSON.stringify(options)], {
    env: testEnvironment({ OPENAI_API_KEY: undefined, ANTHROPIC_API_KEY: undefined, ...env }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const states = (): CoreState[] =>
    running
      .stdout()
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as CoreState]));
  return {
    pid: running.pid,
    states,
    reached: async (kind) => {
      const look = (): CoreState | null => {
        const latest = states().at(-1);
        return latest?.kind === kind ? latest : null;
      };
      const found = await until(`the state ${kind}`, look, 20_000);
      return found as Extract<CoreState, { kind: typeof kind }>;
    },
    stderr: running.stderr,
    async close() {
      running.child.stdin?.end();
      return running.exited;
    },
    kill9: () => running.kill9(),
  };
}
