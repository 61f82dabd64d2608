// The host `browser`: the page as the core itself serves it at /ui.
import { createAskCore } from '../data/ask-core.ts';
import { createHttpCoreData } from '../data/http-core-data.ts';
import { createSession, type SessionHost } from '../data/session.ts';
import { documentVisibility } from './document-visibility.ts';
import type { Host, Remedies } from './host.ts';

const sessionKey = 'relaycore.session';

export const browserRemedies: Remedies = {
  openPage: {
    kind: 'command-line',
    text: 'npx relaycore ui',
    label: 'the command that opens the page',
  },
  startCore: {
    kind: 'command-line',
    text: 'npx relaycore serve',
    label: 'the command that starts the core',
  },
  createToken: {
    kind: 'command-line',
    text: 'npx relaycore token create my-assistant',
    label: 'the command that creates a token',
  },
};

export function createBrowserHost(window: Window): Host {
  const { location } = window;
  // The page lies one level below the core, also behind a path that a port is forwarded to.
  const coreUrl = new URL('..', location.href).href.replace(/\/$/, '');
  const askCore = createAskCore((input, init) => fetch(input, init), coreUrl);
  return {
    coreUrl,
    locale: undefined,
    data: createHttpCoreData(askCore, createSession(sessionHost(window), askCore)),
    visibility: documentVisibility(window.document),
    onActivity() {},
    copy: (text) =>
      window.navigator.clipboard.writeText(text).then(
        () => true,
        () => false,
      ),
    remedies: browserRemedies,
  };
}

function sessionHost({ location, history, sessionStorage }: Window): SessionHost {
  return {
    takeTicket() {
      const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket');
      if (ticket === null) return null;
      // Out of the address at once, so that it is neither bookmarked nor shared.
      history.replaceState(null, '', location.pathname);
      return ticket;
    },
    session: {
      read: () => sessionStorage.getItem(sessionKey),
      keep: (token) => sessionStorage.setItem(sessionKey, token),
      forget: () => sessionStorage.removeItem(sessionKey),
    },
  };
}
