import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeySource, NumberedKey } from '../core/ports/keys.ts';
import type { Secrets } from '../core/ports/secrets.ts';
import { FIRST_KEY, versionBytes, versionOf } from './versions.ts';

const SECRET_BYTES = 32;
const HASH_BYTES = 32;

/** For this process only: it turns two inputs of any lengths into two of equal, unpredictable content. */
const COMPARISON_KEY = randomBytes(SECRET_BYTES);

function blinded(bytes: Uint8Array): Uint8Array {
  return createHmac('sha256', COMPARISON_KEY).update(bytes).digest();
}

/** `timingSafeEqual` throws on unequal lengths, and a check before it would tell the length. */
export function equalInConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  return timingSafeEqual(blinded(left), blinded(right));
}

function hashUnder({ version, key }: NumberedKey, secret: string): Uint8Array {
  const hash = createHmac('sha256', key).update(secret).digest();
  return version === FIRST_KEY ? hash : Buffer.concat([versionBytes(version), hash]);
}

function versionOfHash(hash: Uint8Array): number {
  return hash.length > HASH_BYTES ? versionOf(hash) : FIRST_KEY;
}

/**
 * Hashing and randomness for credentials. A keyed SHA-256 is enough, because a generated secret has 256 bits and cannot be guessed;
 * a slow hash would cost 0.7 s of processor time per call.
 */
export function createSecrets(keys: KeySource): Secrets {
  return {
    generate: () => randomBytes(SECRET_BYTES).toString('base64url'),
    hash: (secret) => hashUnder(keys.current(), secret),
    hashes: (secret) => keys.all().map((key) => hashUnder(key, secret)),
    isComparable: (hash) => keys.all().some(({ version }) => version === versionOfHash(hash)),
    equal: equalInConstantTime,
  };
}
