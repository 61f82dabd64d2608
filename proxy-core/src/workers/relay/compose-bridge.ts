import type { IncomingMessage } from 'node:http';
import { createBridgeServer, type BridgeServer, type Credentials } from '@relaycore/bridge/server';
import type { BridgeHandlers } from '../../contract/bridge/handlers.ts';
import { bridgePath } from '../../contract/bridge/protocol.ts';
import { admitHolder, missingToken } from '../../control/access/control-gate.ts';
import { createBridgeHandlers } from '../../control/bridge/bridge-handlers.ts';
import type { Windows } from '../../control/bridge/windows.ts';
import type { BridgeDependencies } from '../../control/bridge/ports.ts';
import type { ControlDependencies } from '../../control/ports.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import { RelayError } from '../../domain/relay-error.ts';
import { isAllowedHost, isAllowedOrigin } from '../../platform/http-server/origin-policy.ts';
import type { UpgradeHandlers } from '../../platform/http-server/upgrades.ts';
import { createBridgeEvents } from './bridge-events.ts';
import { createBridgeProviders } from './bridge-providers.ts';
import type { CacheBypass } from './cache-bypass.ts';
import type { EndedRequests } from './ended-requests.ts';
import type { LeaderYield } from './leader-yield.ts';
import type { RelayParts } from './relay-parts.ts';
import { createUsageToday, type UsageToday } from './usage-today.ts';

export interface BridgeParts extends RelayParts {
  readonly ports: ControlDependencies;
  readonly ended: EndedRequests;
  readonly bypass: CacheBypass;
  readonly windows: Windows;
  readonly leaderYield: LeaderYield;
  readonly chat: Pick<BridgeHandlers, 'chat.models' | 'chat.stream' | 'chat.cancel'>;
  allowedHosts(): readonly string[];
  /** Known once the port is open; nobody calls before. */
  url(): string;
}

export interface Bridge {
  /** For the HTTP server: upgrades of the bridge's path. */
  readonly upgrades: UpgradeHandlers;
  readonly server: Pick<BridgeServer, 'acceptPort'>;
  /** Requests have ended. */
  noteEnded(rows: readonly LedgerRow[]): void;
  /** Tells everybody that this core leaves, and lets running calls end for `drainMs`. */
  close(drainMs: number, onCutOff: () => void): Promise<void>;
  /** Ends what looks for events. */
  stop(): void;
}

/** The bridge over the same ports as the control plane. */
export function composeBridge(parts: BridgeParts): Bridge {
  const { clock, settings, ports, ended, logger, providers, data } = parts;
  let isLeading = true;
  const publish: BridgeServer['publish'] = (name, body) => server.publish(name, body);
  const usageToday = createUsageToday({
    ledger: ports.ledger,
    clock,
    onChanged: (summary) => publish('usage.changed', summary),
  });
  const calls = createBridgeHandlers({
    ...bridgePorts(parts, usageToday),
    isLeading: () => isLeading,
    events: { position: () => server.position(), publish },
  });
  const server = createBridgeServer({
    clock,
    handlers: { ...calls.handlers, ...parts.chat },
    admit: (request, credentials) => admit(parts, request, credentials),
    reportFault: (error, method) => logger.error({ error, method }, 'a call of the bridge failed'),
    onLeft: ({ id }) => calls.onLeft(id),
  });
  const events = createBridgeEvents({
    clock,
    settings,
    publish,
    providerStatuses: () => providers.current().all.map(({ id }) => ended.providerStatus(id)),
    notices: () => ports.status().notices,
  });
  return {
    server,
    upgrades: {
      accepts: ({ url, headers }) =>
        headers.upgrade?.toLowerCase() === 'websocket' && url?.split('?')[0] === bridgePath,
      onUpgrade: (request, socket, head) => server.upgrade(request, socket, head),
    },
    noteEnded(rows) {
      usageToday.note(rows);
      events.noteEnded(rows);
    },
    close(drainMs, onCutOff) {
      isLeading = false;
      publish('leader.changed', { state: 'leaving', pid: process.pid, version: data.version });
      return server.close(drainMs, onCutOff);
    },
    stop() {
      usageToday.close();
      events.close();
    },
  };
}

function bridgePorts(
  parts: BridgeParts,
  usageToday: UsageToday,
): Omit<BridgeDependencies, 'isLeading' | 'events'> {
  const { ports, data, settings, bypass, ended, secrets, leaderYield } = parts;
  return {
    ...ports,
    host: data.host,
    windows: parts.windows,
    url: parts.url,
    secrets,
    usageToday() {
      ended.settle();
      return usageToday.summary();
    },
    yieldTo: (version) => leaderYield.ask(version),
    cacheControl: {
      mode() {
        const { enabled, mode } = settings.current().cache;
        return { enabled, mode };
      },
      bypassNext: (workspace) => bypass.wish(workspace),
    },
    providers: createBridgeProviders({
      ...parts,
      settings: () => settings.current(),
      statusOf: (id) => ended.providerStatus(id),
    }),
  };
}

/** The same rules as for the control plane; a page's session token may also stand in a subprotocol. */
async function admit(
  { ports, allowedHosts }: BridgeParts,
  { headers }: IncomingMessage,
  { authorization, pageToken }: Credentials,
): Promise<'control' | 'session'> {
  if (!isAllowedHost(headers.host, allowedHosts())) {
    throw new RelayError('forbidden', 'This Host is not served. Use http://127.0.0.1.');
  }
  if (!isAllowedOrigin(headers)) {
    throw new RelayError('forbidden', 'Web pages of another origin may not use RelayCore.');
  }
  const presented = pageToken === undefined ? authorization : `Bearer ${pageToken}`;
  const holder = await admitHolder(ports.gate, presented);
  if (holder === 'none') throw new RelayError('unauthenticated', missingToken);
  if (holder === 'control' && pageToken !== undefined) {
    const message = 'The control token is sent as `Authorization: Bearer`, not as a subprotocol.';
    throw new RelayError('forbidden', message);
  }
  return holder;
}
