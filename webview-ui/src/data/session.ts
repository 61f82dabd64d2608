import type { UiSession } from '@relaycore/proxy-core/contract';
import type { AskCore } from './ask-core.ts';
import { CoreFailure } from './core-failure.ts';

/** What the tab knows of the page's right. */
export interface SessionHost {
  /** The ticket that the page was opened with, once; it is gone from the address then. */
  takeTicket(): string | null;
  readonly session: SessionStore;
}

/** Keeps the session's token for as long as the tab lives. */
interface SessionStore {
  read(): string | null;
  keep(token: string): void;
  forget(): void;
}

/** The page's right to ask. */
export interface Session {
  /** Exchanges the ticket where there is one; else the session of before. Rejects with CoreFailure. */
  token(): Promise<string>;
  /** After the core refused the token. */
  forget(): void;
}

export function createSession(host: SessionHost, askCore: AskCore): Session {
  let ticket = host.takeTicket();
  const redeem = async (taken: string): Promise<string> => {
    const body = { ticket: taken };
    // The contract's schema is what the core answers by; the page does not parse it a second time.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const session = (await askCore({
      method: 'POST',
      path: '/v1/ui/sessions',
      body,
    })) as UiSession;
    host.session.keep(session.token);
    return session.token;
  };
  return {
    async token() {
      const known = host.session.read();
      if (ticket === null) {
        if (known !== null) return known;
        throw new CoreFailure('no-ticket', 'The page was opened without a ticket.');
      }
      try {
        const token = await redeem(ticket);
        ticket = null;
        return token;
      } catch (error) {
        if (!(error instanceof CoreFailure) || error.kind !== 'session-ended') throw error;
        ticket = null;
        if (known !== null) return known;
        throw new CoreFailure('ticket-refused', error.message, { cause: error });
      }
    },
    forget: () => host.session.forget(),
  };
}
