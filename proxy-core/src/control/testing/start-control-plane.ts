// A control plane on a real socket for the tests of its endpoints, with ports that live in memory.
import { createServer, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { noUsageSums } from '../../contract/no-usage-sums.ts';
import { createControlGate, type ControlGateOptions } from '../access/control-gate.ts';
import { createControlPlane } from '../control-plane.ts';
import type { ControlDependencies } from '../ports.ts';

export const controlToken = 'rc_control-token-of-the-tests';
export const startedAt = Date.parse('2026-11-21T08:00:00Z');

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON. */
  json(): unknown;
}

export interface AskOptions {
  readonly method?: string;
  /** `null`: no `Authorization` at all; default: the control token. */
  readonly token?: string | null;
  readonly headers?: OutgoingHttpHeaders;
  /** Sent as JSON, or as it is where it is text. */
  readonly body?: unknown;
}

export interface RunningControlPlane {
  readonly url: string;
  readonly faults: readonly unknown[];
  ask(path: string, options?: AskOptions): Promise<Answer>;
  close(): Promise<void>;
}

export async function startControlPlane(
  overrides: Partial<ControlDependencies> = {},
  options: ControlGateOptions = { refusalDelayMs: 1 },
): Promise<RunningControlPlane> {
  const faults: unknown[] = [];
  const ports = { ...memoryPorts(), ...overrides };
  const handle = createControlPlane({
    gate: createControlGate(ports, options),
    reportFault: (error) => faults.push(error),
    ...ports,
  });
  const server = createServer(handle);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    faults,
    ask: (path, question = {}) => ask(url, path, question),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function memoryPorts(): Omit<ControlDependencies, 'reportFault' | 'gate'> {
  const size = { entries: 0, bytes: 0, maxBytes: 1 };
  let seed = 0;
  return {
    ledger: {
      usage: async () => ({ from: null, to: null, groupBy: null, totals: noUsageSums, groups: [] }),
      requests: async () => ({ requests: [], nextCursor: null }),
    },
    cache: {
      stats: async () => ({ memory: size, disk: size, hits: 0, misses: 0, coalesced: 0 }),
      clear: async () => 0,
    },
    settings: {
      current: () => ({ cache: { enabled: true } }),
      explain: () => [],
      patch: async () => ({ overridden: [] }),
      lastError: () => null,
    },
    tokens: {
      list: () => [],
      create: async (name) => ({ id: 'ct_1', name, createdAt: startedAt, token: 'rc_c_new' }),
      revoke: async () => false,
    },
    status: () => ({
      version: '0.1.0',
      pid: 42,
      leader: true,
      epoch: 'e1',
      startedAt,
      providers: [],
      notices: [],
      inFlight: { requests: 0, bytes: 0, upstream: 0 },
    }),
    metrics: {
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      text: async () => 'up 1\n',
    },
    controlToken,
    clock: { now: () => startedAt },
    random: {
      bytes: (count) => {
        seed += 1;
        return new Uint8Array(count).fill(seed);
      },
    },
    uiDirectory: null,
  };
}

/** By `node:http`, because `fetch` resolves `..` in paths and hides redirects. */
function ask(url: string, path: string, options: AskOptions): Promise<Answer> {
  const { method = 'GET', token = controlToken, headers = {}, body } = options;
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      {
        method,
        path,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: (): unknown => JSON.parse(text),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(payload);
  });
}
