import { createHash } from 'node:crypto';

export interface SecretsDependencies {
  readonly clock: { now(): number };
  readonly random: { bytes(size: number): Uint8Array };
}

export interface SecretsOptions {
  readonly prefix: string;
  readonly lifetimeMs: number;
  /** The oldest goes when another one is issued above it. */
  readonly maxCount: number;
}

/** Random secrets that expire, kept in memory as hashes only. */
export interface Secrets {
  issue(): { readonly secret: string; readonly expiresAt: number };
  has(secret: string): boolean;
  /** True once a secret, then never again. */
  take(secret: string): boolean;
}

export function createSecrets(
  { clock, random }: SecretsDependencies,
  { prefix, lifetimeMs, maxCount }: SecretsOptions,
): Secrets {
  const expiries = new Map<string, number>();
  const has = (secret: string): boolean => {
    const expiresAt = expiries.get(hash(secret));
    return expiresAt !== undefined && expiresAt > clock.now();
  };
  return {
    issue() {
      for (const [key, expiresAt] of expiries) {
        if (expiresAt > clock.now() && expiries.size < maxCount) break;
        expiries.delete(key);
      }
      const secret = prefix + Buffer.from(random.bytes(32)).toString('base64url');
      const expiresAt = clock.now() + lifetimeMs;
      expiries.set(hash(secret), expiresAt);
      return { secret, expiresAt };
    },
    has,
    take(secret) {
      const isLive = has(secret);
      expiries.delete(hash(secret));
      return isLive;
    },
  };
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
