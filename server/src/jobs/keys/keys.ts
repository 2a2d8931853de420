/** What an account’s own people and programs do with its access keys and personal tokens. None can be made that may do more than whoever makes it. */
import { type Caller, type Credential, requirePermission, type Scope } from '../../core/access.ts';
import type { OperatorActor } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { makeKey, makeSuccessor, makeToken, requireRotatable } from '../../core/logins/credentials.ts';
import type { Tables } from '../../core/ports/database/database.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND, SECONDS_PER_DAY } from '../../core/time.ts';
import { revokeCredential } from '../schedules/needs.ts';

/** The newest. */
const MOST_KEYS_LISTED = 100;

export interface NewKey {
  readonly kind: 'key' | 'token';
  readonly name: string;
  /** Null: all that whoever makes it may do, but not look after keys. */
  readonly scopes: readonly Scope[] | null;
  /** Null: as late as whoever makes it ends. */
  readonly expiresAt: Date | null;
}

/** What was made, with what opens it: nobody is told that a second time. */
export interface MadeKey {
  readonly credential: Credential;
  /** Of a key its secret, of a token the token. */
  readonly secret: string;
}

export interface RevokedKey {
  readonly credential: Credential;
  /** Active ones whose runs will be refused, until somebody resumes them. */
  readonly schedulesInNeed: number;
}

function notFound(): ConveyanceError {
  return new ConveyanceError('not_found', 'Access key or token with the specified ID does not exist');
}

function actorOf({ credentialId, address }: Caller): OperatorActor {
  return { credentialId, ...(address !== undefined && { address }) };
}

/** The newest first, ended ones too. */
export async function listKeys({ db }: Pick<Deps, 'db'>, caller: Caller): Promise<readonly Credential[]> {
  requirePermission(caller, 'view access keys');
  return db.credentials.listPrograms(caller.accountId, MOST_KEYS_LISTED);
}

/** Another account's does not exist for the caller, and neither does a person. */
async function ownKey({ credentials }: Pick<Tables, 'credentials'>, caller: Caller, id: string): Promise<Credential> {
  const found = await credentials.program(caller.accountId, id);
  if (found === null) throw notFound();
  return found;
}

/** Throws `forbidden` for a scope that the caller lacks. `admin` is worth nothing to a customer, and is never handed on. */
function scopesWithin(caller: Caller, asked: readonly Scope[]): readonly Scope[] {
  const beyond = asked.filter((scope) => !caller.scopes.includes(scope));
  if (beyond.length === 0) return asked;
  throw new ConveyanceError(
    'forbidden',
    `A key may do no more than whoever makes it: this credential lacks ${beyond.join(', ')}`,
  );
}

/** Throws `forbidden` for an end after the caller's own: what is lent for a while must not become what lasts. */
function endWithin(own: Credential | null, asked: Date | null): Date | null {
  const last = own?.expiresAt ?? null;
  if (asked === null || last === null || asked <= last) return asked ?? last;
  throw new ConveyanceError(
    'forbidden',
    `A key lasts no longer than whoever makes it: this credential ends at ${last.toISOString()}`,
  );
}

/** Ended ones stay, as the audit log names them: without a bound an account could fill the database with them. */
async function countMaking({ db, policy }: Pick<Deps, 'db' | 'policy'>, { accountId }: Caller): Promise<void> {
  const limit = policy.keysPerAccount;
  const terms = { door: 'keys', limit, windowSeconds: SECONDS_PER_DAY } as const;
  const { granted, windowEndsInMs } = await db.rateLimits.count(accountId, terms, 1, null);
  if (granted === 1) return;
  throw new ConveyanceError(
    'rate_limited',
    `Your account may make ${limit} keys and tokens a day; wait, or ask the operator for more`,
    {
      retryAfterSeconds: Math.max(1, Math.ceil(windowEndsInMs / MS_PER_SECOND)),
    },
  );
}

async function made({ credentials }: Pick<Tables, 'credentials'>, id: string, secret: string): Promise<MadeKey> {
  const credential = await credentials.byId(id);
  if (credential === null) throw notFound();
  return { credential, secret };
}

type Making = Pick<Deps, 'db' | 'secrets' | 'ids' | 'clock' | 'policy'>;

/** Throws `forbidden` for more than the caller may do itself, and `rate_limited` for more keys than an account may have or make. */
export async function createKey(deps: Making, caller: Caller, { kind, name, ...asked }: NewKey): Promise<MadeKey> {
  requirePermission(caller, 'change access keys');
  const { accountId } = caller;
  const may = caller.scopes.filter((scope) => scope !== 'keys' && scope !== 'admin');
  const scopes = scopesWithin(caller, asked.scopes ?? may);
  if (asked.expiresAt !== null && asked.expiresAt <= deps.clock()) {
    throw new ConveyanceError('invalid_parameter', 'expires_at must be in the future');
  }
  const expiresAt = endWithin(await deps.db.credentials.byId(caller.credentialId), asked.expiresAt);
  await countMaking(deps, caller);
  return deps.db.transaction(async (tables) => {
    await tables.credentials.requireRoom(accountId, deps.policy.keysPerAccount);
    const request = { accountId, scopes, name, expiresAt, by: actorOf(caller) };
    if (kind === 'key') {
      const { credentialId, secret } = await makeKey(tables, deps, request);
      return made(tables, credentialId, secret);
    }
    const { credentialId, token } = await makeToken(tables, deps, request);
    return made(tables, credentialId, token);
  });
}

/**
 * A successor with the name and scopes of a key, which ends after the overlap. Throws `not_found`, `invalid_parameter` for what is no key or is
 * over, and `forbidden` for one that may do more than the caller.
 */
export async function rotateOwnKey(deps: Making, caller: Caller, id: string, overlapMs: number): Promise<MadeKey> {
  requirePermission(caller, 'change access keys');
  const old = requireRotatable(await ownKey(deps.db, caller, id));
  const scopes = scopesWithin(
    caller,
    old.scopes.filter((scope) => scope !== 'admin'),
  );
  const expiresAt = endWithin(await deps.db.credentials.byId(caller.credentialId), null);
  await countMaking(deps, caller);
  const { accountId, name } = old;
  return deps.db.transaction(async (tables) => {
    await tables.credentials.requireRoom(accountId, deps.policy.keysPerAccount);
    const request = { accountId, scopes, name, expiresAt, overlapMs, by: actorOf(caller) };
    const { key } = await makeSuccessor(tables, deps, old, request);
    return made(tables, key.credentialId, key.secret);
  });
}

/** Within five seconds it opens nothing on any node. Twice is fine. Throws `not_found`. */
export async function revokeOwnKey({ db }: Pick<Deps, 'db'>, caller: Caller, id: string): Promise<RevokedKey> {
  requirePermission(caller, 'change access keys');
  const { id: known } = await ownKey(db, caller, id);
  const schedules = await revokeCredential({ db }, known, actorOf(caller));
  return { credential: await ownKey(db, caller, known), schedulesInNeed: schedules.length };
}
