/**
 * What the server has keys for, declared once: the keyring, the commands of `master` and docs/operate.md use this table. A key that is learnt
 * in one place opens nothing in another.
 */
import { MS_PER_HOUR, MS_PER_SECOND, SECONDS_PER_DAY } from '../time.ts';

const SECONDS_PER_HOUR = MS_PER_HOUR / MS_PER_SECOND;

/**
 * How a purpose gets a new key. `overlap`: what the old key signed is honoured to its end · `use`: what was hashed is hashed anew when it is
 * next shown · `seal`: what was sealed is sealed anew by the workers · `known`: others know the public part, and have to be told · `file`: in
 * a file of the data directory, since it is needed before the database is open · `never`: of what was hashed nobody has the text any more.
 */
export type Renewal = 'overlap' | 'use' | 'seal' | 'known' | 'file' | 'never';

export interface PurposeRow {
  /** What the key is for. */
  readonly of: string;
  /**
   * From what releases before the keyring derived it, under the master key of that time: each gives 32 bytes, in this order. Of none: it is a
   * key of chance from the beginning.
   */
  readonly derivedFrom: readonly string[];
  readonly renewal: Renewal;
  /** For how long after its successor began a key still counts, where that is no setting. */
  readonly lastsSeconds?: number;
}

export const PURPOSES = {
  credentials: {
    of: 'hashes of access keys, tokens, sessions and invitations',
    derivedFrom: ['credential secrets'],
    renewal: 'use',
  },
  links: { of: 'signatures of download links', derivedFrom: ['download links'], renewal: 'overlap' },
  tokens: {
    of: 'signatures of access tokens',
    derivedFrom: ['access tokens'],
    renewal: 'overlap',
    lastsSeconds: 2 * SECONDS_PER_HOUR,
  },
  'search-tokens': {
    of: 'signatures of search tokens',
    derivedFrom: ['search tokens'],
    renewal: 'overlap',
    lastsSeconds: SECONDS_PER_DAY,
  },
  vault: {
    of: 'the seal of webhook secrets, and of what loads are fetched with',
    derivedFrom: ['webhook secrets'],
    renewal: 'seal',
  },
  erasures: { of: 'hashes of what persons have had erased', derivedFrom: [], renewal: 'never' },
  sftp: {
    of: 'the host keys of SFTP',
    derivedFrom: ['sftp host key', 'sftp host key ecdsa'],
    renewal: 'known',
  },
  database: {
    of: 'the password of the embedded database',
    derivedFrom: ['embedded database password'],
    renewal: 'file',
  },
} as const satisfies Readonly<Record<string, PurposeRow>>;

export type Purpose = keyof typeof PURPOSES;
/** Those whose keys are rows of the keyring. */
export type RingPurpose = Exclude<Purpose, 'database'>;

export const PURPOSE_NAMES = Object.keys(PURPOSES).filter(isPurpose);

export function isPurpose(name: string): name is Purpose {
  return Object.hasOwn(PURPOSES, name);
}

export function isOfRing(purpose: Purpose): purpose is RingPurpose {
  return rowOf(purpose).renewal !== 'file';
}

export const RING_PURPOSES = PURPOSE_NAMES.filter(isOfRing);

export function rowOf(purpose: Purpose): PurposeRow {
  return PURPOSES[purpose];
}

/** Those that can be renewed without anybody noticing. */
export const UNNOTICED: readonly Purpose[] = PURPOSE_NAMES.filter(
  (name) => !['known', 'never'].includes(rowOf(name).renewal),
);

/** How often every process looks whether the keyring has changed, in case it was not told. */
export const KEYRING_LOOK_SECONDS = 3;
/** A new key signs only when every process has had it for long: what one has signed, all must honour. */
export const NEW_KEY_WAITS_SECONDS = 15;
/** By then no process signs under a key that has a successor. */
export const OLD_KEY_SIGNS_SECONDS = 60;
