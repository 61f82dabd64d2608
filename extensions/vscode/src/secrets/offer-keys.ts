// Takes the keys to whoever leads: at each attachment, when the leader changes, when a key changes.
// The core keeps them in memory only, so that they have to travel again each time.
import type { CoreHost, Unsubscribe } from '../core-host/core-host.ts';
import { isRunning, type CoreState } from '../core-host/core-state.ts';
import type { KeyRecord, ProviderKeys } from './provider-keys.ts';

export interface OfferKeysDependencies {
  readonly core: Pick<CoreHost, 'state' | 'onState' | 'on'>;
  readonly keys: Pick<ProviderKeys, 'list' | 'onChange'>;
  /** Offers them to the core; gives why it takes which not. Rejects where it could not. */
  offer(records: readonly KeyRecord[]): Promise<readonly KeyRefusal[]>;
  /** Told without any key in it. */
  onFailure(error: unknown): void;
}

/** A key that the core holds back, such as one that was given for another address. */
export interface KeyRefusal {
  readonly provider: string;
  /** A sentence for the user. */
  readonly reason: string;
}

export interface KeyOffers {
  /** Of the latest offer. */
  readonly refusals: readonly KeyRefusal[];
  /** Resolves when what is stored now was offered, or could not be. */
  offerNow(): Promise<void>;
  close(): void;
}

export function startOfferingKeys(dependencies: OfferKeysDependencies): KeyOffers {
  const { core, keys, offer, onFailure } = dependencies;
  let isClosed = false;
  let running: Promise<void> | null = null;
  let isStale = false;
  let refusals: readonly KeyRefusal[] = [];

  const offerOnce = async (): Promise<void> => {
    const records = await keys.list();
    if (records.length > 0 && !isClosed && isRunning(core.state)) {
      refusals = await offer(records);
    }
  };
  // What changes while an offer is on its way is offered after it.
  const drain = async (): Promise<void> => {
    do {
      isStale = false;
      try {
        await offerOnce();
      } catch (error) {
        onFailure(error);
      }
    } while (isStale);
    running = null;
  };
  const offerNow = (): Promise<void> => {
    isStale = true;
    running ??= drain();
    return running;
  };
  const onState = (state: CoreState): void => {
    if (isRunning(state)) void offerNow();
  };
  const subscriptions: readonly Unsubscribe[] = [
    core.onState(onState),
    core.on('leader.changed', () => void offerNow()),
    keys.onChange(() => void offerNow()),
  ];
  onState(core.state);
  return {
    get refusals() {
      return refusals;
    },
    offerNow,
    close() {
      isClosed = true;
      for (const unsubscribe of subscriptions) unsubscribe();
    },
  };
}
