import type { CoreState } from './core-state.ts';

/** A call that found no core. The message is a sentence for the user. */
export class CoreUnavailable extends Error {
  override readonly name = 'CoreUnavailable';

  constructor(state: CoreState) {
    super(messageOf(state));
  }
}

function messageOf(state: CoreState): string {
  switch (state.kind) {
    case 'starting':
      return 'The proxy is still starting. Try again in a moment.';
    case 'restarting':
      return `The proxy is starting again. ${state.reason}`;
    case 'reconnecting':
      return 'The connection to the proxy is lost; it is looked for. Try again in a moment.';
    case 'hung':
    case 'failed':
      return state.reason;
    case 'stopped':
      return 'The proxy is stopped. Run “RelayCore: Restart Proxy”.';
    case 'leading':
    case 'attached':
      return 'The proxy was restarted meanwhile. Try again.';
  }
}
