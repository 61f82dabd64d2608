// The benchmark's end of the connections that probes open, one each start of an extension host.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { ProbeAnswer, ProbeQuestion } from './messages.ts';

type Told<Tell extends ProbeAnswer['tell']> = Extract<ProbeAnswer, { tell: Tell }>;

export interface Probe {
  /** The first answer of that kind, also one that has come before. */
  told<Tell extends ProbeAnswer['tell']>(tell: Tell, timeoutMs: number): Promise<Told<Tell>>;
  /** Asks, and waits for the answer of that kind which comes then. */
  ask<Tell extends ProbeAnswer['tell']>(
    question: ProbeQuestion,
    tell: Tell,
    timeoutMs?: number,
  ): Promise<Told<Tell>>;
}

export interface ProbeServer {
  readonly port: number;
  /** The next probe that comes from now on. */
  next(timeoutMs: number): Promise<Probe>;
  close(): void;
}

export async function startProbeServer(): Promise<ProbeServer> {
  const sockets = new Set<Socket>();
  const waiting = new Set<(probe: Probe) => void>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    const probe = createProbe(socket);
    for (const resolve of waiting) resolve(probe);
    waiting.clear();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    next: (timeoutMs) =>
      withinTime<Probe>('a probe inside VS Code', timeoutMs, (resolve) => waiting.add(resolve)),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function createProbe(socket: Socket): Probe {
  const answers: ProbeAnswer[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: socket }).on('line', (line) => {
    answers.push(JSON.parse(line) as ProbeAnswer);
    for (const listener of listeners) listener();
  });
  const told = <Tell extends ProbeAnswer['tell']>(
    tell: Tell,
    timeoutMs: number,
    from = 0,
  ): Promise<Told<Tell>> =>
    withinTime(`the probe’s “${tell}”`, timeoutMs, (resolve) => {
      const look = (): void => {
        const found = answers.slice(from).find((answer) => answer.tell === tell);
        if (found === undefined) return;
        listeners.delete(look);
        resolve(found as Told<Tell>);
      };
      listeners.add(look);
      look();
    });
  return {
    told: (tell, timeoutMs) => told(tell, timeoutMs),
    ask: (question, tell, timeoutMs = 15_000) => {
      const from = answers.length;
      socket.write(`${JSON.stringify(question)}\n`);
      return told(tell, timeoutMs, from);
    },
  };
}

function withinTime<Value>(
  what: string,
  timeoutMs: number,
  begin: (resolve: (value: Value) => void) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${what} did not come within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    begin((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
