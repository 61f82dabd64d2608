// The host `browser`: the page as the core itself serves it at /ui.
import type { Host } from './host.ts';

const sessionKey = 'relaycore.session';

export function createBrowserHost(window: Window): Host {
  const { document, location, sessionStorage } = window;
  return {
    // The page lies one level below the core, also behind a path that a port is forwarded to.
    coreUrl: new URL('..', location.href).href.replace(/\/$/, ''),
    locale: undefined,
    takeTicket() {
      const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket');
      if (ticket === null) return null;
      // Out of the address at once, so that it is neither bookmarked nor shared.
      window.history.replaceState(null, '', location.pathname);
      return ticket;
    },
    session: {
      read: () => sessionStorage.getItem(sessionKey),
      keep: (token) => sessionStorage.setItem(sessionKey, token),
      forget: () => sessionStorage.removeItem(sessionKey),
    },
    visibility: {
      isVisible: () => document.visibilityState === 'visible',
      onChange(callback) {
        document.addEventListener('visibilitychange', callback);
        return () => document.removeEventListener('visibilitychange', callback);
      },
    },
    copy: (text) =>
      window.navigator.clipboard.writeText(text).then(
        () => true,
        () => false,
      ),
  };
}
