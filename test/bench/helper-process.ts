// The benchmark's own processes (upstream, load, raw proxy): started pinned to a CPU, spoken to over IPC, ended by pid.

import { fileURLToPath } from 'node:url';
import { nodeBinary } from '../support/run-core.ts';
import { startChild, type RunningChild } from '../support/child-process.ts';

export interface HelperProcess {
  readonly pid: number;
  /** Its first message. */
  readonly hello: Readonly<Record<string, unknown>>;
  /** Sends one message and waits for the answer; rejects when none comes in time or the process ends. */
  ask(message: unknown, timeoutMs: number): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

/** `script` lies in this folder; `prefix` is the pinning command. */
export async function startHelper(
  script: string,
  prefix: readonly string[],
  args: readonly string[] = [],
): Promise<HelperProcess> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const running = startChild([...prefix, nodeBinary(), path, ...args], {
    env: process.env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const hello = await nextMessage(running, 10_000, script);
  return {
    pid: running.pid,
    hello,
    ask: (message, timeoutMs) => {
      const answer = nextMessage(running, timeoutMs, script);
      running.child.send(message as object);
      return answer;
    },
    stop: async () => {
      await running.stop(2_000);
    },
  };
}

function nextMessage(
  running: RunningChild,
  timeoutMs: number,
  name: string,
): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      running.child.off('message', onMessage);
      running.child.off('close', onClose);
      then();
    };
    const onMessage = (message: unknown): void => {
      settle(() => resolve(message as Readonly<Record<string, unknown>>));
    };
    const onClose = (): void => settle(() => reject(new Error(`${name} ended.`)));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`${name} did not answer within ${timeoutMs} ms.`))),
      timeoutMs,
    );
    running.child.on('message', onMessage);
    running.child.on('close', onClose);
  });
}
