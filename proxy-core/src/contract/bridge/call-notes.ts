// What the reference page says of each call and event, and who may make the call.
import type { EventName } from './events.ts';
import type { BridgeCallName } from './messages.ts';

export interface CallNote {
  /** `session`: also the page, with its session token. `control`: only with the control token. */
  readonly access: 'session' | 'control';
  readonly summary: string;
}

export const callNotes: Readonly<Record<BridgeCallName, CallNote>> = {
  hello: {
    access: 'session',
    summary: 'The first call of a connection: who one is, and who one talks to.',
  },
  'status.get': { access: 'session', summary: 'How the core is, and which windows are there.' },
  'window.update': {
    access: 'session',
    summary: 'What the window shows now: workspace, branch, and whether it has the focus.',
  },
  'doctor.findings': {
    access: 'session',
    summary: 'What was looked at, what is wrong, and what to do about it.',
  },
  'leader.yield': {
    access: 'control',
    summary: 'Asks for the lead; a newer version gets it as soon as nothing runs.',
  },
  'ui.ticket': {
    access: 'control',
    summary: 'A ticket that opens the page in a browser, once, within a minute.',
  },
  'events.subscribe': {
    access: 'session',
    summary: 'Which events to send; with `since` first those that were missed.',
  },
  'usage.summary': {
    access: 'session',
    summary: 'Sums of requests, tokens, cost and savings; by default of today.',
  },
  'usage.series': { access: 'session', summary: 'The same by hour, day, model, provider…' },
  'usage.requests': { access: 'session', summary: 'Single requests, newest first, page by page.' },
  'cache.stats': { access: 'session', summary: 'How full the cache is and how often it helped.' },
  'cache.clear': { access: 'session', summary: 'Forgets stored answers, all or some.' },
  'cache.setMode': {
    access: 'session',
    summary: 'Switches the cache on or off until the core ends, or `cache.enabled` is changed.',
  },
  'cache.bypassNext': {
    access: 'session',
    summary: 'The next cacheable request gets a fresh answer, which replaces the stored one.',
  },
  'config.get': { access: 'session', summary: 'The settings in effect, without secrets.' },
  'config.patch': {
    access: 'control',
    summary: 'Changes settings; where traffic goes and who may connect excepted.',
  },
  'config.explain': {
    access: 'session',
    summary: 'Every value with the layer that it comes from.',
  },
  'providers.list': { access: 'session', summary: 'The configured providers and how they are.' },
  'providers.test': {
    access: 'control',
    summary: 'Asks a provider for its models with the stored key, and says what came of it.',
  },
  'tokens.create': { access: 'control', summary: 'A new client token, readable this once.' },
  'tokens.list': { access: 'control', summary: 'The client tokens by name.' },
  'tokens.revoke': { access: 'control', summary: 'The assistant that holds the token is out.' },
  'secrets.offer': {
    access: 'control',
    summary: 'Provider keys out of the window’s secret storage; the newest of an account wins.',
  },
  'chat.models': { access: 'control', summary: 'The models that `chat.stream` can be asked for.' },
  'chat.stream': {
    access: 'control',
    summary: 'A model call through the whole pipeline; parts come as `chat.event`.',
  },
  'chat.cancel': { access: 'control', summary: 'Ends a running `chat.stream`, upstream too.' },
};

export const eventNotes: Readonly<Record<EventName, string>> = {
  'request.completed': 'A request has ended; its row of the ledger.',
  'usage.changed': 'Today’s sums after requests have ended, at most four times a second.',
  'cache.changed': 'The cache was cleared, switched on or off, or is passed over once.',
  'provider.health': 'A provider’s status or circuit has changed.',
  'config.changed': 'Settings have changed, or the file is refused.',
  'leader.changed': 'This core gives up the lead: it stops, or hands over.',
  'alert.raised': 'Something is not as it should be.',
};
