// The user's keys in the secret storage of this IDE, which all its windows share. A removed key leaves
// a record without a key behind, so that a removal wins over older offers of other IDEs.

/** Part of VS Code's SecretStorage. */
export interface SecretStore {
  get(name: string): PromiseLike<string | undefined>;
  store(name: string, value: string): PromiseLike<void>;
  onDidChange(listener: (event: { readonly key: string }) => void): { dispose(): unknown };
}

export interface KeyRecord {
  /** The provider's id in the configuration. */
  readonly provider: string;
  /** One provider may have several keys. */
  readonly account: string;
  /** Null: removed. */
  readonly key: string | null;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
  /** Where the user gave the key for: the core sends it nowhere else. */
  readonly baseUrl?: string;
}

export type KeyChange = Omit<KeyRecord, 'updatedAt'>;

export interface ProviderKeys {
  /** Removed ones included. Rejects where the IDE's secret storage does. */
  list(): Promise<readonly KeyRecord[]>;
  put(change: KeyChange): Promise<void>;
  /** Calls back on changes by any window of this IDE, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** Of a provider that has one key. */
export const defaultAccount = 'default';

const secretName = 'relaycore.providerKeys';

export interface ProviderKeysOptions {
  readonly now: () => number;
  /** Waits for so long that another window that was writing has written. */
  readonly settle: () => Promise<void>;
}

/** How often a change is written again that another window has written over. */
const maxRepeats = 3;

export function createProviderKeys(
  store: SecretStore,
  { now, settle }: ProviderKeysOptions,
): ProviderKeys {
  // One change after the other: each writes what the one before has left.
  let last: Promise<unknown> = Promise.resolve();
  const list = async (): Promise<readonly KeyRecord[]> => parseRecords(await store.get(secretName));
  const write = async (record: KeyRecord): Promise<void> => {
    const others = (await list()).filter((each) => !isOfSameAccount(each, record));
    await store.store(secretName, JSON.stringify([...others, record]));
  };
  // The storage knows no transactions: of two windows that write at once, one loses its change.
  const keep = async (record: KeyRecord): Promise<void> => {
    for (let repeat = 0; repeat < maxRepeats; repeat++) {
      await settle();
      const stored = (await list()).find((each) => isOfSameAccount(each, record));
      if (stored !== undefined && stored.updatedAt >= record.updatedAt) return;
      await write(record);
    }
  };
  return {
    list,
    put(change) {
      const record = { ...change, updatedAt: now() };
      const written = last.then(() => write(record));
      const ignored = (): undefined => undefined;
      last = written.catch(ignored);
      void written.then(() => {
        last = last.then(() => keep(record)).catch(ignored);
      }, ignored);
      return written;
    },
    onChange(listener) {
      const subscription = store.onDidChange(({ key }) => {
        if (key === secretName) listener();
      });
      return () => void subscription.dispose();
    },
  };
}

function isOfSameAccount(one: KeyRecord, other: KeyRecord): boolean {
  return one.provider === other.provider && one.account === other.account;
}

/** What another version of the extension may have left; what it cannot read it leaves out. */
function parseRecords(text: string | undefined): readonly KeyRecord[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isKeyRecord) : [];
  } catch {
    return [];
  }
}

function isKeyRecord(value: unknown): value is KeyRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { provider, account, key, updatedAt, baseUrl }: Record<string, unknown> = { ...value };
  return (
    typeof provider === 'string' &&
    typeof account === 'string' &&
    (key === null || typeof key === 'string') &&
    typeof updatedAt === 'number' &&
    (baseUrl === undefined || typeof baseUrl === 'string')
  );
}
