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

export function createProviderKeys(store: SecretStore, now: () => number): ProviderKeys {
  // One change after the other: each writes what the one before has left.
  let last: Promise<unknown> = Promise.resolve();
  const list = async (): Promise<readonly KeyRecord[]> => parseRecords(await store.get(secretName));
  return {
    list,
    put(change) {
      const write = last.then(async () => {
        const { provider, account } = change;
        const others = (await list()).filter(
          (each) => each.provider !== provider || each.account !== account,
        );
        const records: readonly KeyRecord[] = [...others, { ...change, updatedAt: now() }];
        await store.store(secretName, JSON.stringify(records));
      });
      last = write.catch(() => undefined);
      return write;
    },
    onChange(listener) {
      const subscription = store.onDidChange(({ key }) => {
        if (key === secretName) listener();
      });
      return () => void subscription.dispose();
    },
  };
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
