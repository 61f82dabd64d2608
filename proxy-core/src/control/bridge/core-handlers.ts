import type { BridgeHandlers } from '../../contract/bridge/handlers.ts';
import { bridgeProtocol } from '../../contract/bridge/protocol.ts';
import { describeAll } from '../operations/describe-health.ts';
import { issueUiTicket } from '../operations/ui-ticket.ts';
import { findFaults } from './doctor.ts';
import type { BridgeDependencies } from './ports.ts';
import type { Windows } from './windows.ts';

type CoreHandlers = Pick<
  BridgeHandlers,
  'hello' | 'status.get' | 'window.update' | 'doctor.findings' | 'leader.yield' | 'ui.ticket'
>;

/** Calls about the core itself. */
export function coreHandlers(dependencies: BridgeDependencies, windows: Windows): CoreHandlers {
  const { host, events, cacheControl, clock, gate } = dependencies;
  return {
    hello({ client }, caller) {
      windows.add(caller.id, client);
      const { version, pid } = dependencies.status();
      return {
        version,
        pid,
        host,
        protocol: bridgeProtocol,
        leader: dependencies.isLeading(),
        url: dependencies.url(),
        ...events.position(),
      };
    },
    'status.get': () => ({
      ...describeAll(dependencies.status(), clock.now()),
      leader: dependencies.isLeading(),
      url: dependencies.url(),
      host,
      cache: cacheControl.mode(),
      windows: windows.list(),
    }),
    'window.update'(state, caller) {
      windows.update(caller.id, state);
      return {};
    },
    'doctor.findings': () => ({ findings: findFaults(dependencies) }),
    'leader.yield': ({ version }) => dependencies.yieldTo(version),
    'ui.ticket'() {
      const ticket = issueUiTicket(gate.tickets);
      return { ...ticket, url: dependencies.url() + ticket.path };
    },
  };
}
