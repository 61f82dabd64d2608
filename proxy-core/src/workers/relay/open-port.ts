// Which port the core listens on: the one that clients hold already, the one that was once chosen, or
// the one of the settings, and another one where a stranger has it and the host may choose.
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpServer } from '../../platform/http-server/http-server.ts';
import { hasCode } from '../../platform/private-file/private-file.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import type { ListenPlan } from '../protocol.ts';

const retryMs = 10;
/** Below what systems give to outgoing connections, so that it is free at the next start as well. */
const choice = { from: 20_000, to: 30_000, attempts: 20 } as const;

export interface OpenPort {
  readonly http: HttpServer;
  readonly port: number;
  /** Not the port that was meant. */
  readonly isChosen: boolean;
}

export interface OpenPortDependencies {
  readonly settings: Pick<SettingsStore, 'current' | 'explain'>;
  createServer(port: number): HttpServer;
}

/** Rejects with node's error of the port that was meant. */
export async function openPort(
  { settings, createServer }: OpenPortDependencies,
  plan: ListenPlan,
): Promise<OpenPort> {
  const isDefault = settings
    .explain()
    .some(({ path, layer }) => path === 'server.port' && layer === 'default');
  const configured = settings.current().server.port;
  const meant = plan.boundPort ?? (isDefault ? plan.ownPort : null) ?? configured;
  const deadline = performance.now() + plan.patienceMs;
  for (;;) {
    const http = createServer(meant);
    try {
      return { http, port: await http.listen(), isChosen: false };
    } catch (error) {
      if (!hasCode(error, 'EADDRINUSE')) throw error;
      const mayChoose = plan.mayChoose && (isDefault || plan.boundPort !== null);
      const isOver = performance.now() >= deadline;
      if (isOver && mayChoose) return choosePort(createServer, error);
      if (isOver) throw error;
    }
    await delay(retryMs);
  }
}

async function choosePort(
  createServer: (port: number) => HttpServer,
  cause: unknown,
): Promise<OpenPort> {
  for (let attempt = 0; attempt < choice.attempts; attempt++) {
    const http = createServer(randomInt(choice.from, choice.to));
    try {
      return { http, port: await http.listen(), isChosen: true };
    } catch {
      // Taken as well, or not allowed: the next one.
    }
  }
  throw cause;
}
