/** Keys that change while the server works. */

export interface NumberedKey {
  /** Of its purpose, from 1. What is made under the key names it. */
  readonly version: number;
  readonly key: Uint8Array;
}

/** The keys of one purpose, as they are at the moment of the call. */
export interface KeySource {
  /** The one that signs, hashes and seals. */
  current(): NumberedKey;
  /** All under which something is still honoured, the current one first. */
  all(): readonly NumberedKey[];
}

/**
 * A source that never changes.
 *
 * @internal for tests and measurements: the program has its keys of the keyring
 */
export function oneKey(key: Uint8Array, version = 1): KeySource {
  const only = { version, key };
  return { current: () => only, all: () => [only] };
}
