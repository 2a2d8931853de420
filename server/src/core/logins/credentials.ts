/** Making credentials and recognising them. The secret leaves this file once, to the person who asked for it. */
import { accountSuspended, type Caller, type Credential, type Scope } from '../access.ts';
import { BY_COMMAND, entryBy, entryByOperator, type OperatorActor } from '../audit.ts';
import { ConveyanceError } from '../errors.ts';
import type { NewCredential, StoredCredential } from '../ports/database/credentials.ts';
import type { Tables } from '../ports/database/database.ts';
import type { Deps } from '../ports/deps.ts';

/** The prefixes tell a person, and a scanner of leaked secrets, what a string is. */
const ACCESS_KEY_PREFIX = 'cvk_';
const TOKEN_PREFIX = 'cvt_';
/** The form that `issueKey` makes. Nothing else is looked up: PostgreSQL, for one, throws for a NUL in a text. */
const ACCESS_KEY_FORM = /^cvk_[0-9a-f]{32}$/;

export interface IssuedKey {
  readonly accountId: string;
  readonly credentialId: string;
  readonly accessKey: string;
  readonly secret: string;
}

export interface IssuedToken {
  readonly credentialId: string;
  readonly token: string;
}

type Issuing = Pick<Deps, 'db' | 'secrets' | 'ids'>;
type Making = Pick<Deps, 'secrets' | 'ids'>;
type Written = Pick<Tables, 'credentials' | 'audit'>;

export interface NewCredentialRequest {
  readonly accountId: string;
  readonly scopes: readonly Scope[];
  readonly name?: string | null;
  readonly expiresAt?: Date | null;
  /** Who makes it; a command when left out. */
  readonly by?: OperatorActor;
}

/** With its entry in the audit log, in the transaction of the tables: both or neither. */
async function insert(
  { credentials, audit }: Written,
  { by = BY_COMMAND, ...credential }: NewCredential & Pick<NewCredentialRequest, 'by'>,
): Promise<void> {
  await credentials.insert(credential);
  await audit.append(entryByOperator('credential-created', credential.accountId, credential.id, by));
}

/** An access key with its secret: OAuth client, Basic user and SFTP user in one. Throws `not_found` for an unknown account. */
export async function makeKey(
  tables: Written,
  { secrets, ids }: Making,
  request: NewCredentialRequest,
): Promise<IssuedKey> {
  const id = ids();
  const accessKey = ACCESS_KEY_PREFIX + id.replaceAll('-', '');
  const secret = secrets.generate();
  await insert(tables, { ...request, id, kind: 'key', accessKey, secretHash: secrets.hash(secret) });
  return { accountId: request.accountId, credentialId: id, accessKey, secret };
}

/** The same in a transaction of its own. */
export function issueKey({ db, ...making }: Issuing, request: NewCredentialRequest): Promise<IssuedKey> {
  return db.transaction((tables) => makeKey(tables, making, request));
}

export interface RotatedKey {
  readonly key: IssuedKey;
  /** When the old one ends. */
  readonly endsAt: Date;
}

/** Throws `invalid_parameter` for what is no key, or is over. */
export function requireRotatable(old: Credential | null): Credential {
  if (old !== null && old.kind === 'key' && !isOver(old)) return old;
  throw new ConveyanceError('invalid_parameter', 'only an access key that still works can be rotated');
}

/** A successor of an old key, which ends after the overlap, or before it where that was said already. */
export async function makeSuccessor(
  tables: Written,
  { clock, ...making }: Making & Pick<Deps, 'clock'>,
  old: Credential,
  successor: NewCredentialRequest & { readonly overlapMs: number },
): Promise<RotatedKey> {
  const { overlapMs, ...request } = successor;
  const key = await makeKey(tables, making, request);
  const endsAt = new Date(clock().getTime() + overlapMs);
  await tables.credentials.endAt(old.id, endsAt);
  await tables.audit.append(entryByOperator('credential-rotated', old.accountId, old.id, request.by));
  return { key, endsAt: old.expiresAt !== null && old.expiresAt < endsAt ? old.expiresAt : endsAt };
}

/** A new key with the account, scopes and name of an old one. Throws `invalid_parameter` for what is no key, or is over. */
export async function rotateKey(
  { db, ...making }: Issuing & Pick<Deps, 'clock'>,
  credentialId: string,
  overlapMs: number,
): Promise<RotatedKey> {
  const old = requireRotatable(await db.credentials.byId(credentialId));
  const { accountId, scopes, name } = old;
  return db.transaction((tables) => makeSuccessor(tables, making, old, { accountId, scopes, name, overlapMs }));
}

/** A personal token: one string that works until it is revoked. */
export async function makeToken(
  tables: Written,
  { secrets, ids }: Making,
  request: NewCredentialRequest,
): Promise<IssuedToken> {
  const token = TOKEN_PREFIX + secrets.generate();
  const id = ids();
  await insert(tables, { ...request, id, kind: 'token', accessKey: null, secretHash: secrets.hash(token) });
  return { credentialId: id, token };
}

/** The same in a transaction of its own. */
export async function issueToken({ db, ...making }: Issuing, request: NewCredentialRequest): Promise<string> {
  return (await db.transaction((tables) => makeToken(tables, making, request))).token;
}

/** True for one that is good no more, whatever its account. */
export function isOver({ revokedAt, isExpired }: Credential): boolean {
  return revokedAt !== null || isExpired;
}

/** Throws `account_suspended` for a good one of an account that is. */
function asCaller(credential: Credential | null): Caller | null {
  if (credential === null || isOver(credential)) return null;
  if (credential.isSuspended) throw accountSuspended();
  return { accountId: credential.accountId, credentialId: credential.id, scopes: credential.scopes };
}

/**
 * Of a name that nobody has, no entry is made: anyone can think of any number of them. It is not waited for: how long a refusal takes must
 * not tell whether there is such a key. What the audit log could not take is in the program's own log.
 */
function recordRefusal({ db, log }: Pick<Deps, 'db' | 'log'>, { accountId, id }: Credential, address?: string): void {
  const caller = { accountId, credentialId: id, ...(address === undefined ? {} : { address }) };
  db.audit.append(entryBy(caller, 'login-refused', null)).catch((error: unknown) => {
    log.error('refused-login-not-audited', { ...caller, error });
  });
}

/** Who is behind a credential that was found. @param isProved whether the secret was the right one. */
function admitted(
  deps: Pick<Deps, 'db' | 'log'>,
  stored: Credential | null,
  isProved: boolean,
  address?: string,
): Caller | null {
  const caller = isProved ? asCaller(stored) : null;
  if (caller === null && stored !== null) recordRefusal(deps, stored, address);
  if (caller !== null) recordUse(deps, caller.credentialId, address);
  return caller;
}

/** Not waited for: no request takes longer because somebody wants to know later when its key was last used. */
function recordUse({ db, log }: Pick<Deps, 'db' | 'log'>, credentialId: string, address: string | undefined): void {
  if (address === undefined) return;
  db.credentials.used(credentialId, address).catch((error: unknown) => {
    log.warn('use-of-credential-not-noted', { credentialId, error });
  });
}

/**
 * Hashes the secret anew where it was stored under a key that has a successor. Not waited for: the old hash counts until the last is
 * replaced, so that the next use makes up for one that could not be.
 */
function renewHash(
  { db, secrets, log }: Pick<Deps, 'db' | 'secrets' | 'log'>,
  { id, secretHash: from }: StoredCredential,
  secret: string,
): void {
  const to = secrets.hash(secret);
  if (secrets.equal(from, to)) return;
  db.credentials.rehash(id, from, to).catch((error: unknown) => {
    log.warn('hash-of-credential-not-renewed', { credentialId: id, error });
  });
}

/** An unknown key costs the same hashes and the same comparisons as a wrong secret, so that timing reveals neither. */
export function isSecretOf({ secrets }: Pick<Deps, 'secrets'>, secretHash: Uint8Array | null, secret: string): boolean {
  const compared = secretHash ?? secrets.hash(ACCESS_KEY_PREFIX);
  // All of them, whichever is equal.
  const matches = secrets.hashes(secret).filter((offered) => secrets.equal(offered, compared)).length > 0;
  return secretHash !== null && matches;
}

/** What became of a log-in by access key. */
export interface KeyLogin {
  /** Null for an unknown or revoked key, and for a wrong secret. */
  readonly caller: Caller | null;
  /** Of the key’s secret, which never changes, as it is stored; null for an unknown or revoked key, whose every secret is wrong for ever. */
  readonly secretHash: Uint8Array | null;
}

/** @param address of the client, for the audit log, which has refused log-ins. */
export async function logIn(
  deps: Pick<Deps, 'db' | 'secrets' | 'log'>,
  accessKey: string,
  secret: string,
  address?: string,
): Promise<KeyLogin> {
  const stored = ACCESS_KEY_FORM.test(accessKey) ? await deps.db.credentials.byAccessKey(accessKey) : null;
  const isRight = isSecretOf(deps, stored?.secretHash ?? null, secret);
  const secretHash = stored === null || isOver(stored) ? null : stored.secretHash;
  const caller = admitted(deps, stored, isRight, address);
  if (caller !== null && stored !== null) renewHash(deps, stored, secret);
  return { caller, secretHash };
}

/** Null for an unknown or revoked key, and for a wrong secret. */
export async function authenticateKey(
  deps: Pick<Deps, 'db' | 'secrets' | 'log'>,
  accessKey: string,
  secret: string,
  address?: string,
): Promise<Caller | null> {
  return (await logIn(deps, accessKey, secret, address)).caller;
}

export function isPersonalToken(text: string): boolean {
  return text.startsWith(TOKEN_PREFIX);
}

export async function authenticateToken(
  deps: Pick<Deps, 'db' | 'secrets' | 'log'>,
  token: string,
  address?: string,
): Promise<Caller | null> {
  const stored = await deps.db.credentials.byTokenHash(deps.secrets.hashes(token));
  const caller = admitted(deps, stored, true, address);
  if (caller !== null && stored !== null) renewHash(deps, stored, token);
  return caller;
}

/** The caller behind a credential that was recognised before, in its current state: null once it is revoked. */
export async function callerOf(
  { db, log }: Pick<Deps, 'db' | 'log'>,
  credentialId: string,
  address?: string,
): Promise<Caller | null> {
  const caller = asCaller(await db.credentials.byId(credentialId));
  if (caller !== null) recordUse({ db, log }, credentialId, address);
  return caller;
}
