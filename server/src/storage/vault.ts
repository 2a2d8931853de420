import type { KeySource } from '../core/ports/keys.ts';
import type { Vault } from '../core/ports/vault.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';
import { FIRST_KEY, VERSION_BYTES, versionBytes, versionOf } from './versions.ts';

/** Under the first key, as releases before the keyring sealed. */
const FIRST_FORM = 1;
/** With the number of the key. */
const NUMBERED_FORM = 2;
const NUMBERED_HEADER_BYTES = 1 + VERSION_BYTES;

interface Parts {
  readonly version: number;
  readonly body: Uint8Array;
}

function partsOf(sealed: Uint8Array): Parts | null {
  if (sealed[0] === FIRST_FORM) return { version: FIRST_KEY, body: sealed.subarray(1) };
  if (sealed[0] !== NUMBERED_FORM || sealed.length < NUMBERED_HEADER_BYTES) return null;
  return { version: versionOf(sealed.subarray(1)), body: sealed.subarray(NUMBERED_HEADER_BYTES) };
}

function headerOf(version: number): Uint8Array {
  return version === FIRST_KEY
    ? Buffer.of(FIRST_FORM)
    : Buffer.concat([Buffer.of(NUMBERED_FORM), versionBytes(version)]);
}

/** The form, the number of the key if it is not the first, and AES-256-GCM: a sealed secret copied into another account's row does not open. */
export function createVault(keys: KeySource): Vault {
  return {
    seal(text, context) {
      const { version, key } = keys.current();
      return new Uint8Array(Buffer.concat([headerOf(version), sealBytes(key, Buffer.from(text), context)]));
    },
    open(sealed, context) {
      const parts = partsOf(sealed);
      const found = keys.all().find(({ version }) => version === parts?.version);
      if (parts === null || found === undefined) {
        throw new RangeError('these bytes were not sealed by this version, or under a key that is gone');
      }
      return Buffer.from(openBytes(found.key, parts.body, context)).toString('utf8');
    },
    isCurrent: (sealed) => partsOf(sealed)?.version === keys.current().version,
  };
}
