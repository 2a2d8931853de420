import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Vault } from '../core/ports/vault.ts';

const ALGORITHM = 'aes-256-gcm';
/** Tells later forms of the sealed bytes apart. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;

/**
 * AES-256-GCM under one key: version, nonce, ciphertext, tag. Random nonces are safe for 2^32 texts of one key; secrets are made
 * by hand. The context is authenticated with the text: a sealed secret copied into another account's row does not open.
 */
export function createVault(key: Uint8Array): Vault {
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const sealed = [Buffer.of(VERSION), nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return new Uint8Array(Buffer.concat(sealed));
    },
    open(sealed, context) {
      if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES + TAG_BYTES) {
        throw new RangeError('these bytes were not sealed by this version');
      }
      const nonce = sealed.subarray(1, HEADER_BYTES);
      const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const text = [decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES)), decipher.final()];
      return Buffer.concat(text).toString('utf8');
    },
  };
}
