// Client tokens in `<data home>/tokens.json`. One process writes: the core, or the command line while
// it holds the leader lock. The tokens are checked in memory; the file is followed when it changes.
import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { clientTokenPrefix } from '../../../contract/names.ts';
import type {
  ClientToken,
  ClientTokens,
  CreatedClientToken,
} from '../../../domain/client-tokens.ts';
import { RelayError } from '../../../domain/relay-error.ts';
import { createTokenFile, type TokenFile, type TokenRecord } from './token-file.ts';
import { checkTokenName } from './token-name.ts';
import { watchTokenFile, type FileWatch } from './watch-token-file.ts';

const pollMs = 750;

export interface FileClientTokensDependencies {
  readonly log: { warn(fields: object, message: string): void };
  readonly now: () => number;
}

export interface FileClientTokensOptions {
  readonly dataDir: string;
  /** Follow changes of the file within a second. Off for a command that ends at once. */
  readonly isWatching: boolean;
}

export interface FileClientTokens extends ClientTokens {
  /** Stops watching and waits for what is being written. */
  close(): Promise<void>;
}

/** Loads the tokens. A corrupt file is moved aside and told, an unreadable one told; both hold none. */
export async function createFileClientTokens(
  dependencies: FileClientTokensDependencies,
  options: FileClientTokensOptions,
): Promise<FileClientTokens> {
  const file = createTokenFile(join(options.dataDir, 'tokens.json'));
  const tokens = new LoadedTokens(dependencies, file);
  await tokens.loadFirst();
  if (options.isWatching) tokens.watch();
  return tokens;
}

class LoadedTokens implements FileClientTokens {
  readonly #dependencies: FileClientTokensDependencies;
  readonly #file: TokenFile;
  #records: readonly TokenRecord[] = [];
  #byHash = new Map<string, ClientToken>();
  /** An assistant sends its token with every request: the last good one need not be hashed again. */
  #lastVerified: { readonly token: string; readonly found: ClientToken } | null = null;
  #signature: string | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #watch: FileWatch | null = null;
  #isCheckQueued = false;
  /** The state of the file that was complained of last, so that it is not said at every look. */
  #complainedOf: string | null = null;

  constructor(dependencies: FileClientTokensDependencies, file: TokenFile) {
    this.#dependencies = dependencies;
    this.#file = file;
  }

  // The lookup is by digest, so its timing tells nothing about a stored token that helps to guess one.
  verify(token: string): { readonly id: string; readonly name: string } | null {
    if (!token.startsWith(clientTokenPrefix)) return null;
    const isSame = token === this.#lastVerified?.token;
    if (isSame && this.#lastVerified !== null) return this.#lastVerified.found;
    const found = this.#byHash.get(hashOf(token)) ?? null;
    if (found !== null) this.#lastVerified = { token, found };
    return found;
  }

  list(): readonly ClientToken[] {
    return [...this.#byHash.values()];
  }

  async create(name: string): Promise<CreatedClientToken> {
    const kept = checkTokenName(name);
    return this.#inTurn(async () => {
      await this.#follow();
      if (this.#records.some((record) => record.name === kept || record.id === kept)) {
        throw new RelayError(
          'conflict',
          `There is a client token "${kept}" already. Revoke it first, or choose another name.`,
        );
      }
      const token = clientTokenPrefix + randomBytes(32).toString('base64url');
      const id = `ct_${randomBytes(9).toString('base64url')}`;
      const record = { id, name: kept, hash: hashOf(token), createdAt: this.#dependencies.now() };
      await this.#store([...this.#records, record]);
      return { id, name: kept, createdAt: record.createdAt, token };
    });
  }

  async revoke(nameOrId: string): Promise<boolean> {
    const wanted = nameOrId.normalize('NFC');
    return this.#inTurn(async () => {
      await this.#follow();
      const rest = this.#records.filter(({ id, name }) => id !== wanted && name !== wanted);
      if (rest.length === this.#records.length) return false;
      await this.#store(rest);
      return true;
    });
  }

  reload(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#load();
      } catch (error) {
        this.#warn('the client tokens could not be read again; those known so far stay', error);
      }
    });
  }

  async loadFirst(): Promise<void> {
    try {
      const signature = await this.#file.signature();
      const state = await this.#file.read();
      if (state.kind === 'read') {
        this.#signature = signature;
        return this.#take(state.tokens, state.isExposed);
      }
      const aside = await this.#file.moveAside(this.#dependencies.now());
      this.#warn(
        'the file of client tokens is corrupt and was put aside: create the tokens anew',
        state.cause,
        { file: this.#file.path, movedTo: aside },
      );
    } catch (error) {
      this.#warn('the client tokens cannot be read: none is valid', error);
    }
  }

  watch(): void {
    this.#watch = watchTokenFile(this.#file.path, () => this.#check(), { pollMs });
  }

  async close(): Promise<void> {
    this.#watch?.close();
    this.#watch = null;
    await this.#queue;
  }

  #check(): void {
    if (this.#isCheckQueued) return;
    this.#isCheckQueued = true;
    void this.#inTurn(async () => {
      this.#isCheckQueued = false;
      if (this.#watch === null) return;
      try {
        await this.#follow();
      } catch (error) {
        const signature = await this.#file.signature();
        if (signature === this.#complainedOf) return;
        this.#complainedOf = signature;
        this.#warn('the changed client tokens cannot be read; those known so far stay', error);
      }
    });
  }

  /** Takes over what others wrote since the last look. */
  async #follow(): Promise<void> {
    if ((await this.#file.signature()) !== this.#signature) await this.#load();
  }

  async #load(): Promise<void> {
    const signature = await this.#file.signature();
    const state = await this.#file.read();
    if (state.kind === 'read') {
      this.#signature = signature;
      return this.#take(state.tokens, state.isExposed);
    }
    // A running core keeps what it knows: an editor may be in the middle of saving.
    throw new RelayError('storage_failed', `${this.#file.path} is no valid list of tokens.`, {
      cause: state.cause,
    });
  }

  async #store(records: readonly TokenRecord[]): Promise<void> {
    await this.#file.write(records);
    this.#signature = await this.#file.signature();
    this.#take(records, false);
  }

  #take(records: readonly TokenRecord[], wasExposed: boolean): void {
    if (wasExposed) {
      this.#warn('other users could read the file of client tokens', undefined, {
        file: this.#file.path,
      });
    }
    this.#records = records;
    this.#lastVerified = null;
    this.#byHash = new Map(
      records.map(({ id, name, createdAt, hash: digest }) => [digest, { id, name, createdAt }]),
    );
  }

  #warn(message: string, error?: unknown, fields: object = {}): void {
    this.#dependencies.log.warn(error === undefined ? fields : { ...fields, error }, message);
  }

  // One after the other: two changes at a time would each write a list without the other's.
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

// Plain SHA-256, neither salted nor slow: the tokens are 32 random bytes, which no dictionary holds
// and nobody enumerates, and the hash stands in the way of every request.
function hashOf(token: string): string {
  return hash('sha256', token, 'hex');
}
