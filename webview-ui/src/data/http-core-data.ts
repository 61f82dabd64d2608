import type { RequestsPage, UsageReport } from '@relaycore/proxy-core/contract';
import type { AskCore } from './ask-core.ts';
import type { CoreData } from './core-data.ts';
import { CoreFailure } from './core-failure.ts';
import type { Session } from './session.ts';

/** Asks the control plane, as a page in a browser does. */
export function createHttpCoreData(askCore: AskCore, session: Session): CoreData {
  const get = async (path: string, query: object): Promise<unknown> => {
    const token = await session.token();
    try {
      return await askCore({ method: 'GET', path: `${path}?${toQueryString(query)}`, token });
    } catch (error) {
      if (error instanceof CoreFailure && error.kind === 'session-ended') session.forget();
      throw error;
    }
  };
  // The contract's schemas are what the core answers by; the page does not parse a second time.
  /* oxlint-disable typescript/no-unsafe-type-assertion */
  return {
    usage: async (query) => (await get('/v1/analytics/usage', query)) as UsageReport,
    requests: async (query) => (await get('/v1/analytics/requests', query)) as RequestsPage,
  };
  /* oxlint-enable typescript/no-unsafe-type-assertion */
}

function toQueryString(query: object): string {
  const entries = Object.entries(query).map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(entries).toString();
}
