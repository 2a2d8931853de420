/** People at the console: invited, signed in, recognised, signed out. A session stands for a credential and may what that may. */
import {
  accountSuspended,
  type Caller,
  type ConsoleRole,
  OPERATOR_SCOPES,
  OPERATORS_ACCOUNT,
  ROLES,
  type Scope,
} from '../access.ts';
import { BY_COMMAND, entryBy, entryByOperator, type OperatorActor } from '../audit.ts';
import { ConveyanceError } from '../errors.ts';
import type { Session } from '../ports/database/sessions.ts';
import type { Deps } from '../ports/deps.ts';
import { MS_PER_HOUR } from '../time.ts';
import { isOver } from './credentials.ts';

const INVITATION_PREFIX = 'cvi_';
const SESSION_PREFIX = 'cvs_';
/** What `Secrets.generate` makes: 256 bits in base64url. Nothing else is looked up. */
const INVITATION_FORM = /^cvi_[\w-]{43}$/;
const SESSION_FORM = /^cvs_[\w-]{43}$/;
export const INVITATION_LIFETIME_MS = 24 * MS_PER_HOUR;
/** After the last use. */
export const SESSION_LIFETIME_MS = 12 * MS_PER_HOUR;
/** An end that is nearer by less is not worth a write: a page that polls would make one with every request. */
const PROLONGED_AFTER_MS = 60_000;

type Issuing = Pick<Deps, 'db' | 'secrets' | 'ids' | 'clock'>;

export interface StartedSession {
  /** For the cookie; nobody has it afterwards. */
  readonly token: string;
  readonly session: Session;
  readonly caller: Caller;
}

/** A session with the credential behind it, both as they are now. */
export interface SignedIn {
  readonly session: Session;
  readonly caller: Caller;
}

export interface IssuedInvitation {
  /** Works once. The token is behind the hash: there it reaches no log of a server or proxy, and no other page. */
  readonly link: string;
  readonly expiresAt: Date;
}

/** To an account, or, as an operator, to the account of operators. */
interface InvitationRequest {
  readonly accountId: string;
  readonly role: ConsoleRole;
  /** Who invites; a command when left out. */
  readonly by?: OperatorActor;
}

function scopesOf(role: ConsoleRole): readonly Scope[] {
  return role === 'operator' ? OPERATOR_SCOPES : ROLES[role];
}

/** Invites somebody. Throws `not_found` for an unknown account, and `invalid_parameter` for an operator of a customer's. */
export async function invite(
  { db, secrets, ids, clock, policy }: Issuing & Pick<Deps, 'policy'>,
  { accountId, role, by = BY_COMMAND }: InvitationRequest,
): Promise<IssuedInvitation> {
  const account = await db.accounts.get(accountId);
  if (account === null || account.deletedAt !== null) {
    throw new ConveyanceError('not_found', 'there is no such account');
  }
  if ((accountId === OPERATORS_ACCOUNT) !== (role === 'operator')) {
    throw new ConveyanceError('invalid_parameter', 'operators belong to no account, and only they do');
  }
  const token = INVITATION_PREFIX + secrets.generate();
  const expiresAt = new Date(clock().getTime() + INVITATION_LIFETIME_MS);
  const scopes = scopesOf(role);
  await db.transaction(async ({ sessions, audit }) => {
    await sessions.invite({ id: ids(), accountId, scopes, tokenHash: secrets.hash(token), expiresAt });
    await audit.append(entryByOperator('invitation-created', accountId, role, by));
  });
  return { link: `${policy.publicUrl}/console/in#${token}`, expiresAt };
}

async function insertSession(
  { secrets, ids, clock }: Pick<Deps, 'secrets' | 'ids' | 'clock'>,
  { sessions, audit }: Pick<Deps['db'], 'sessions' | 'audit'>,
  caller: Caller,
): Promise<StartedSession> {
  const token = SESSION_PREFIX + secrets.generate();
  const createdAt = clock();
  const expiresAt = new Date(createdAt.getTime() + SESSION_LIFETIME_MS);
  const { credentialId, address = null } = caller;
  const session = { id: ids(), credentialId, address, createdAt, expiresAt };
  await sessions.insert({ ...session, tokenHash: secrets.hash(token) });
  await audit.append({ ...entryBy(caller, 'session-started', null), subject: session.id });
  return { token, session, caller };
}

/** A session of a caller that has proved itself by a key or a token. */
export function startSession(deps: Issuing, caller: Caller): Promise<StartedSession> {
  return deps.db.transaction((tables) => insertSession(deps, tables, caller));
}

/** Uses an invitation up: its bearer becomes a credential of the account, and is signed in. Null if it was used, is over, or never was. */
export async function acceptInvitation(
  deps: Issuing,
  token: string,
  address: string | undefined,
): Promise<StartedSession | null> {
  if (!INVITATION_FORM.test(token)) return null;
  const { db, secrets, ids, clock } = deps;
  return db.transaction(async (tables) => {
    const invitation = await tables.sessions.takeInvitation(secrets.hashes(token), clock());
    if (invitation === null) return null;
    const { accountId, scopes, tokenHash } = invitation;
    // Thrown, so that the invitation is there when the account is resumed.
    if ((await tables.accounts.get(accountId))?.suspendedAt != null) throw accountSuspended();
    const credentialId = ids();
    // The hash of a used invitation: no secret opens a person’s credential, sessions do.
    const person = { id: credentialId, accountId, kind: 'person', accessKey: null, secretHash: tokenHash } as const;
    await tables.credentials.insert({ ...person, scopes });
    await tables.audit.append(entryByOperator('credential-created', accountId, credentialId));
    const caller = { accountId, credentialId, scopes, ...(address !== undefined && { address }) };
    return insertSession(deps, tables, caller);
  });
}

/** The scope `admin` of a customer’s credential opens nothing anywhere: a session does not show it. */
export function scopesInConsole({ accountId, scopes }: Pick<Caller, 'accountId' | 'scopes'>): Caller['scopes'] {
  return accountId === OPERATORS_ACCOUNT ? scopes : scopes.filter((scope) => scope !== 'admin');
}

/** Who is behind a session’s token, and moves its end. Null if it is over, was ended, or its credential was revoked. */
export async function recogniseSession(
  { db, secrets, clock }: Pick<Deps, 'db' | 'secrets' | 'clock'>,
  token: string,
): Promise<SignedIn | null> {
  if (!SESSION_FORM.test(token)) return null;
  const now = clock();
  const found = await db.sessions.byTokenHash(secrets.hashes(token), now);
  if (found === null || isOver(found.credential)) return null;
  const { session, credential } = found;
  if (credential.isSuspended) throw accountSuspended();
  const expiresAt = new Date(now.getTime() + SESSION_LIFETIME_MS);
  const tokenHash = secrets.hash(token);
  const isOld = expiresAt.getTime() - session.expiresAt.getTime() >= PROLONGED_AFTER_MS;
  // Hashed under a key that has a successor: the old one can go when nothing has it any more.
  if (isOld || !secrets.equal(tokenHash, found.tokenHash)) {
    await db.sessions.prolong(session.id, { expiresAt, tokenHash });
  }
  const caller = {
    accountId: credential.accountId,
    credentialId: credential.id,
    scopes: scopesInConsole(credential),
    isPage: true,
    sessionId: session.id,
  } as const;
  return { session, caller };
}

/** Ends a session of the caller’s own credential. Throws `not_found` if it has no such one. */
export async function endSession({ db }: Pick<Deps, 'db'>, caller: Caller, sessionId: string): Promise<void> {
  await db.transaction(async ({ sessions, audit }) => {
    if (!(await sessions.end(caller.credentialId, sessionId))) {
      throw new ConveyanceError('not_found', 'There is no such session of yours');
    }
    await audit.append({ ...entryBy(caller, 'session-ended', null), subject: sessionId });
  });
}
