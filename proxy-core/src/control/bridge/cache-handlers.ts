import type { BridgeHandlers } from '../../contract/bridge/handlers.ts';
import { cacheFilterOf } from '../operations/cache-filter.ts';
import type { BridgeDependencies } from './ports.ts';

type CacheHandlers = Pick<
  BridgeHandlers,
  'cache.stats' | 'cache.clear' | 'cache.setMode' | 'cache.bypassNext'
>;

/** Calls about the response cache. */
export function cacheHandlers({
  cache,
  cacheControl,
  clock,
  events,
  settings,
}: Pick<
  BridgeDependencies,
  'cache' | 'cacheControl' | 'clock' | 'events' | 'settings'
>): CacheHandlers {
  return {
    'cache.stats': async () => ({ ...(await cache.stats()), ...cacheControl.mode() }),
    async 'cache.clear'(clear) {
      const cleared = await cache.clear(cacheFilterOf(clear, clock.now()));
      events.publish('cache.changed', { ...cacheControl.mode(), reason: 'cleared', cleared });
      return { cleared };
    },
    // The event of it comes with the changed settings, whoever changes them.
    async 'cache.setMode'({ enabled }) {
      await settings.patch({ cache: { enabled } }, { persist: false });
      return cacheControl.mode();
    },
    'cache.bypassNext'({ workspace = null }) {
      const expiresAt = cacheControl.bypassNext(workspace);
      events.publish('cache.changed', { ...cacheControl.mode(), reason: 'bypass', cleared: null });
      return { expiresAt };
    },
  };
}
