/** Making credentials and recognising them. The secret leaves this file once, to the person who asked for it. */
import type { Caller, Credential, Scope } from '../access.ts';
import type { Deps } from '../ports/deps.ts';

/** The prefixes tell a person, and a scanner of leaked secrets, what a string is. */
const ACCESS_KEY_PREFIX = 'cvk_';
const TOKEN_PREFIX = 'cvt_';
/** The form that `issueKey` makes. Nothing else is looked up: PostgreSQL, for one, throws for a NUL in a text. */
const ACCESS_KEY_FORM = /^cvk_[0-9a-f]{32}$/;

export interface IssuedKey {
  readonly accountId: string;
  readonly accessKey: string;
  readonly secret: string;
}

type Issuing = Pick<Deps, 'db' | 'secrets' | 'ids'>;
interface NewCredentialRequest {
  readonly accountId: string;
  readonly scopes: readonly Scope[];
}

/** An access key with its secret: OAuth client, Basic user and SFTP user in one. Throws `not_found` for an unknown account. */
export async function issueKey({ db, secrets, ids }: Issuing, request: NewCredentialRequest): Promise<IssuedKey> {
  const id = ids();
  const accessKey = ACCESS_KEY_PREFIX + id.replaceAll('-', '');
  const secret = secrets.generate();
  await db.credentials.insert({ ...request, id, kind: 'key', accessKey, secretHash: secrets.hash(secret) });
  return { accountId: request.accountId, accessKey, secret };
}

/** A personal token: one string that works until it is revoked. */
export async function issueToken({ db, secrets, ids }: Issuing, request: NewCredentialRequest): Promise<string> {
  const token = TOKEN_PREFIX + secrets.generate();
  await db.credentials.insert({
    ...request,
    id: ids(),
    kind: 'token',
    accessKey: null,
    secretHash: secrets.hash(token),
  });
  return token;
}

function asCaller(credential: Credential | null): Caller | null {
  if (credential === null || credential.revokedAt !== null) return null;
  return { accountId: credential.accountId, credentialId: credential.id, scopes: credential.scopes };
}

/** An unknown key costs the same hash and the same comparison as a wrong secret, so that timing reveals neither. */
export async function authenticateKey(
  { db, secrets }: Pick<Deps, 'db' | 'secrets'>,
  accessKey: string,
  secret: string,
): Promise<Caller | null> {
  const stored = ACCESS_KEY_FORM.test(accessKey) ? await db.credentials.byAccessKey(accessKey) : null;
  const offered = secrets.hash(secret);
  const matches = secrets.equal(offered, stored?.secretHash ?? secrets.hash(ACCESS_KEY_PREFIX));
  return stored !== null && matches ? asCaller(stored) : null;
}

export function isPersonalToken(text: string): boolean {
  return text.startsWith(TOKEN_PREFIX);
}

export async function authenticateToken(
  { db, secrets }: Pick<Deps, 'db' | 'secrets'>,
  token: string,
): Promise<Caller | null> {
  return asCaller(await db.credentials.byTokenHash(secrets.hash(token)));
}

/** The caller behind a credential that was recognised before, in its current state: null once it is revoked. */
export async function callerOf({ db }: Pick<Deps, 'db'>, credentialId: string): Promise<Caller | null> {
  return asCaller(await db.credentials.byId(credentialId));
}
