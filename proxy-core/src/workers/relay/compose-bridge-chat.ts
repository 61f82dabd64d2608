import { dialects } from '../../dialects/registry.ts';
import type { LedgerRow } from '../../domain/ledger-row.ts';
import { createPriceTable } from '../../pipeline/meter/pricing/price-table.ts';
import type { Stages } from '../../pipeline/stages.ts';
import { createBridgeChat, type BridgeChat } from './bridge-chat.ts';
import { createChatDoor } from './bridge-chat-door.ts';
import type { RelayParts } from './relay-parts.ts';

export interface ComposedChat {
  /** Spread into the handlers of the bridge. */
  readonly handlers: BridgeChat;
  /** To be told of every closed row. */
  noteClosed(row: LedgerRow): void;
}

/** Model calls of the bridge's clients, over the same stages as everybody's. */
export function composeBridgeChat(
  { clock, providers, settings }: Pick<RelayParts, 'clock' | 'providers' | 'settings'>,
  stages: Stages,
): ComposedChat {
  const [defaultDialect] = dialects;
  if (defaultDialect === undefined) throw new Error('no dialect is registered');
  const door = createChatDoor({ stages, defaultDialect });
  const handlers = createBridgeChat({
    door,
    dialects,
    clock,
    prices: createPriceTable({ overrides: () => settings.current().prices.overrides }),
    models: () => providers.models(),
    provider: (id) => providers.current().get(id),
  });
  return { handlers, noteClosed: (row) => door.noteClosed(row) };
}
