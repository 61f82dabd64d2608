// The calls of the bridge, over the same ports as the control plane. Model calls are served elsewhere.
import type { BridgeHandlers } from '../../contract/bridge/handlers.ts';
import { cacheHandlers } from './cache-handlers.ts';
import { coreHandlers } from './core-handlers.ts';
import type { BridgeDependencies } from './ports.ts';
import { settingsHandlers } from './settings-handlers.ts';
import { usageHandlers } from './usage-handlers.ts';

export interface CoreCalls {
  readonly handlers: Omit<BridgeHandlers, 'chat.models' | 'chat.stream' | 'chat.cancel'>;
  /** A connection has ended. */
  onLeft(connection: number): void;
}

export function createBridgeHandlers(dependencies: BridgeDependencies): CoreCalls {
  const { windows } = dependencies;
  return {
    handlers: {
      ...coreHandlers(dependencies, windows),
      ...usageHandlers(dependencies),
      ...cacheHandlers(dependencies),
      ...settingsHandlers(dependencies),
    },
    onLeft: (connection) => windows.remove(connection),
  };
}
