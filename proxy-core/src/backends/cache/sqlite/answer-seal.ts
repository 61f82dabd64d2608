import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import type { CachedAnswer } from '../../../domain/cached-answer.ts';
import { deriveKey } from '../../../platform/derive-key.ts';

const ivBytes = 12;
const tagBytes = 16;
const keyIdBytes = 8;
const headerLengthBytes = 4;

/** What stands beside the sealed bytes in plain, so that entries can be found and cleared. */
export type PlainMetadata = Pick<
  CachedAnswer,
  'key' | 'provider' | 'model' | 'workspace' | 'createdAt' | 'expiresAt'
>;

type SealedMetadata = Omit<CachedAnswer, keyof PlainMetadata | 'body'>;

export interface AnswerSeal {
  /** Tells keys apart without telling anything of them. */
  readonly keyId: Buffer;
  seal(answer: CachedAnswer): Buffer;
  /** Null where the bytes were not sealed with this key for this metadata. */
  open(plain: PlainMetadata, sealed: Uint8Array): CachedAnswer | null;
}

/**
 * Encrypts answers with AES-256-GCM: `iv | tag | ciphertext of (length | metadata as JSON | body)`.
 * The plain metadata is authenticated, so that no entry can be passed off as another's. The format
 * is part of the purposes that the keys are derived for: another format has another key id.
 */
export function createAnswerSeal(rootSecret: Uint8Array): AnswerSeal {
  // A key object: given as bytes, the key is made anew at every call.
  const key = createSecretKey(deriveKey(rootSecret, 'cache-seal-1'));
  return {
    keyId: deriveKey(rootSecret, 'cache-seal-1-id').subarray(0, keyIdBytes),
    seal(answer) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(boundTo(answer));
      const parts = [cipher.update(headerOf(answer)), cipher.update(answer.body), cipher.final()];
      return Buffer.concat([iv, cipher.getAuthTag(), ...parts]);
    },
    open(plain, sealed) {
      try {
        return unseal(key, plain, sealed);
      } catch {
        return null;
      }
    },
  };
}

function unseal(key: KeyObject, plain: PlainMetadata, sealed: Uint8Array): CachedAnswer {
  const iv = sealed.subarray(0, ivBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  decipher.setAAD(boundTo(plain));
  decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
  const content = decipher.update(sealed.subarray(ivBytes + tagBytes));
  decipher.final();
  const bodyStart = headerLengthBytes + content.readUInt32BE(0);
  const header = content.toString('utf8', headerLengthBytes, bodyStart);
  // Authenticated: `headerOf` wrote it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const metadata = JSON.parse(header) as SealedMetadata;
  return { ...plain, ...metadata, body: content.subarray(bodyStart) };
}

function headerOf(answer: CachedAnswer): Buffer {
  const metadata: SealedMetadata = {
    form: answer.form,
    contentType: answer.contentType,
    usage: answer.usage,
    costNanoUsd: answer.costNanoUsd,
    hasUsageChunk: answer.hasUsageChunk,
  };
  const json = Buffer.from(JSON.stringify(metadata), 'utf8');
  const length = Buffer.alloc(headerLengthBytes);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}

function boundTo({ key, provider, model, workspace, createdAt, expiresAt }: PlainMetadata): Buffer {
  return Buffer.from(JSON.stringify([key, provider, model, workspace, createdAt, expiresAt]));
}
