/** Keys of the ring as bytes: derived, made, sealed and opened. */
import { randomBytes } from 'node:crypto';
import { ConveyanceError } from '../../core/errors.ts';
import { type Purpose, RING_PURPOSES, type RingPurpose, rowOf } from '../../core/keyring/purposes.ts';
import type { RingKey } from '../../core/ports/database/keyring.ts';
import { deriveKey, KEY_BYTES } from '../master-key.ts';
import { openBytes, sealBytes } from '../sealed-bytes.ts';
import { FIRST_KEY } from '../versions.ts';
import type { MasterKey } from './master-keys.ts';

/** Of the master key, for the keyring alone. */
function sealingKey({ bytes }: MasterKey): Uint8Array {
  return deriveKey(bytes, 'keyring');
}

/** A key is no other one's, of whatever purpose, and the master key's id cannot be changed without it. */
function contextOf(masterKey: MasterKey, purpose: string, version: number): string {
  return JSON.stringify(['keyring', masterKey.id, purpose, version]);
}

export function sealKey(
  masterKey: MasterKey,
  { purpose, version }: Pick<RingKey, 'purpose' | 'version'>,
  key: Uint8Array,
): Uint8Array {
  return sealBytes(sealingKey(masterKey), key, contextOf(masterKey, purpose, version));
}

/** Throws `bad_setting` for one that was altered. */
export function openKey(
  masterKey: MasterKey,
  { purpose, version, sealed }: Pick<RingKey, 'purpose' | 'version' | 'sealed'>,
): Uint8Array {
  try {
    return openBytes(sealingKey(masterKey), sealed, contextOf(masterKey, purpose, version));
  } catch (cause) {
    throw new ConveyanceError(
      'bad_setting',
      `Key ${version} of “${purpose}” in the keyring was altered in the database: restore a backup`,
      { cause },
    );
  }
}

/** As releases before the keyring had it, in every process that has the master key. */
export function derivedKey(masterKey: MasterKey, purpose: Purpose): Uint8Array {
  return new Uint8Array(Buffer.concat(rowOf(purpose).derivedFrom.map((name) => deriveKey(masterKey.bytes, name))));
}

/** What the first start stores: the keys of before, so that all that was made under them goes on. */
export function firstKeys(masterKey: MasterKey): readonly RingKey[] {
  return RING_PURPOSES.map((purpose) => {
    const key = { purpose, version: FIRST_KEY };
    if (rowOf(purpose).derivedFrom.length === 0) return newKey(masterKey, purpose, FIRST_KEY);
    return { ...key, sealed: sealKey(masterKey, key, derivedKey(masterKey, purpose)), isDerived: true };
  });
}

/** A key of chance. */
export function newKey(
  masterKey: MasterKey,
  purpose: RingPurpose,
  version: number,
): RingKey & { purpose: RingPurpose } {
  const key = { purpose, version };
  const bytes = randomBytes(KEY_BYTES * Math.max(1, rowOf(purpose).derivedFrom.length));
  return { ...key, sealed: sealKey(masterKey, key, bytes), isDerived: false };
}

/** The same key, sealed by another master key. */
export function resealed(from: MasterKey, to: MasterKey, key: RingKey): RingKey {
  return { ...key, sealed: sealKey(to, key, openKey(from, key)) };
}
