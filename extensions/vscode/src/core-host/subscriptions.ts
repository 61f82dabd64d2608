import type {
  BridgeNotificationName,
  BridgeNotificationParams,
} from '@relaycore/proxy-core/contract/bridge';
import type { BridgeLink } from './bridge-link.ts';

/** Listeners that outlive the link that they listen on. */
export interface Subscriptions {
  add<N extends BridgeNotificationName>(
    name: N,
    listener: (params: BridgeNotificationParams<N>) => void,
  ): () => void;
  /** From now on they listen here; null: on nothing. */
  use(link: BridgeLink | null): void;
}

interface Subscription {
  attach(link: BridgeLink): () => void;
  detach: (() => void) | null;
}

export function createSubscriptions(): Subscriptions {
  const all = new Set<Subscription>();
  let current: BridgeLink | null = null;
  return {
    add(name, listener) {
      const attach = (link: BridgeLink): (() => void) => link.on(name, listener);
      const subscription: Subscription = { attach, detach: current ? attach(current) : null };
      all.add(subscription);
      return () => {
        subscription.detach?.();
        all.delete(subscription);
      };
    },
    use(link) {
      current = link;
      for (const subscription of all) {
        subscription.detach?.();
        subscription.detach = link === null ? null : subscription.attach(link);
      }
    },
  };
}
