import type { RequestsPage, UsageReport } from '@relaycore/proxy-core/contract';
import type { PageCall, PageHostMessage, PageMessage } from '@relaycore/proxy-core/contract/bridge';
import type { CoreData } from './core-data.ts';
import { CoreFailure } from './core-failure.ts';

export interface MessageCoreData {
  readonly data: CoreData;
  receive(message: Exclude<PageHostMessage, { type: 'activity' }>): void;
}

/** Asks by messages to whoever shows the page. It answers every question, be it by a failure. */
export function createMessageCoreData(post: (message: PageMessage) => void): MessageCoreData {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  const call = (name: PageCall, query: object): Promise<unknown> => {
    lastId += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(lastId, answer);
    post({ type: 'call', id: lastId, name, params: { ...query } });
    return answer.promise;
  };
  // The contract's schemas are what the core answers by; the page does not parse a second time.
  /* oxlint-disable typescript/no-unsafe-type-assertion */
  return {
    data: {
      usage: async (query) => (await call('usage.series', query)) as UsageReport,
      requests: async (query) => (await call('usage.requests', query)) as RequestsPage,
    },
    receive(message) {
      const answer = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === 'result') answer?.resolve(message.result);
      else answer?.reject(new CoreFailure(message.kind, message.message));
    },
  };
  /* oxlint-enable typescript/no-unsafe-type-assertion */
}
