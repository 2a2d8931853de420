/** Every kind of credential that a request can carry, good and bad. */
import { SignJWT } from 'jose';
import { vi } from 'vitest';
import { ROLES, SCOPES, type Scope } from '../../src/core/access.ts';
import { type IssuedKey, issueKey, issueToken } from '../../src/core/logins/credentials.ts';
import { endSession, SESSION_LIFETIME_MS, startSession } from '../../src/core/logins/sessions.ts';
import type { TestApp } from '../support/app.ts';

export type Scheme = 'bearer' | 'basic' | 'session';

export interface Credential {
  readonly name: string;
  readonly authorization: string | undefined;
  /** All that it adds to the head of a request. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it proves itself by; null for one that proves nothing anywhere. */
  readonly scheme: Scheme | null;
  /** What is wrong with a request that comes by a session, if anything is: any page may have made a browser send it. */
  readonly fault?: SessionFault;
  /** Of a key pair or a session: what a file job belongs to. */
  readonly keyId: string | null;
  /** What it may be used for; empty when it proves nothing. */
  readonly scopes: readonly Scope[];
}

/**
 * `over`: it was ended. `unmarked`: the cookie came, and nothing that only the console's own page sends. `foreign`: from another origin, which may
 * send what reads, since no browser shows it the answer.
 */
export type SessionFault = 'over' | 'unmarked' | 'foreign';

const LIFETIME_MS = 7_200_000;

const OTHERS = SCOPES.filter((scope) => scope !== 'keys');
/** All 16 sets of the other scopes, the empty one first; that of keys alone; and the whole, which is the last. */
const SCOPE_SETS: readonly (readonly Scope[])[] = [
  ...Array.from({ length: 2 ** OTHERS.length }, (_, bits) => OTHERS.filter((_scope, index) => (bits >> index) & 1)),
  ['keys'],
  SCOPES,
];

function headersOf(authorization: string | undefined): Credential['headers'] {
  return authorization === undefined ? {} : { authorization };
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** A bearer token as a client gets it. No scopes: all that the key has. */
async function exchange({ http }: TestApp, key: IssuedKey, scopes: readonly Scope[] = []): Promise<string> {
  const payload = {
    grant_type: 'client_credentials',
    client_id: key.accessKey,
    client_secret: key.secret,
    scope: scopes.join(' '),
  };
  const answer = await http.inject({ method: 'POST', url: '/oauth/token', payload });
  if (answer.statusCode !== 200) throw new Error(`no token was issued: ${answer.body}`);
  return answer.json().access_token;
}

/** A token that the server issued when it was a lifetime earlier. */
async function expiredToken(app: TestApp, key: IssuedKey): Promise<string> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - LIFETIME_MS });
  try {
    return await exchange(app, key);
  } finally {
    vi.useRealTimers();
  }
}

/** A well-formed token for the same subject, signed with a key of somebody else's. */
function forgedToken(token: string): Promise<string> {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(new Uint8Array(32));
}

function unsignedToken(token: string): string {
  const [, claims = ''] = token.split('.');
  return `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${claims}.`;
}

/** The same signature with other claims: those of every scope. */
function widenedToken(token: string): string {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const widened = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), scope: SCOPES.join(' ') };
  return `${header}.${Buffer.from(JSON.stringify(widened)).toString('base64url')}.${signature}`;
}

async function revokedKey({ app: { deps } }: TestApp, accountId: string) {
  const key = await issueKey(deps, { accountId, scopes: SCOPES });
  const credential = await deps.db.credentials.byAccessKey(key.accessKey);
  return { key, revoke: () => deps.db.credentials.revoke(credential?.id ?? '') };
}

async function revokedToken({ app: { deps } }: TestApp, accountId: string): Promise<string> {
  const before = new Set((await deps.db.credentials.list(accountId)).map(({ id }) => id));
  const token = await issueToken(deps, { accountId, scopes: SCOPES });
  const made = (await deps.db.credentials.list(accountId)).find(({ id }) => !before.has(id));
  await deps.db.credentials.revoke(made?.id ?? '');
  return token;
}

/** Those that must open nothing that asks for a credential. */
async function badCredentials(app: TestApp, accountId: string): Promise<Credential[]> {
  const key = await issueKey(app.app.deps, { accountId, scopes: SCOPES });
  const token = await exchange(app, key);
  const narrow = await exchange(app, key, ['data:read']);
  const revoked = await revokedKey(app, accountId);
  const tokenOfRevoked = await exchange(app, revoked.key);
  await revoked.revoke();
  const headers: Readonly<Record<string, string | undefined>> = {
    'no credential': undefined,
    'an empty bearer token': 'Bearer ',
    'a bearer token that is garbage': 'Bearer garbage',
    'an expired bearer token': `Bearer ${await expiredToken(app, key)}`,
    'a bearer token with widened scopes': `Bearer ${widenedToken(narrow)}`,
    'a bearer token signed by somebody else': `Bearer ${await forgedToken(token)}`,
    'an unsigned bearer token': `Bearer ${unsignedToken(token)}`,
    'a good bearer token under no scheme': token,
    'a bearer token of a revoked key': `Bearer ${tokenOfRevoked}`,
    'a personal token that was revoked': `Bearer ${await revokedToken(app, accountId)}`,
    'a personal token that nobody has': `Bearer cvt_${'A'.repeat(43)}`,
    'the secret of a key as a bearer token': `Bearer ${key.secret}`,
    'Basic with a wrong secret': basic(key.accessKey, 'wrong'),
    'Basic with the secret of another key': basic(key.accessKey, revoked.key.secret),
    'Basic with a key that nobody has': basic(`cvk_${'0'.repeat(32)}`, key.secret),
    'Basic of a revoked key': basic(revoked.key.accessKey, revoked.key.secret),
    'Basic that is garbage': 'Basic garbage',
    'another scheme': 'Digest username="x"',
  };
  return Object.entries(headers).map(([name, authorization]) => ({
    ...{ name, authorization, headers: headersOf(authorization), scheme: null, keyId: null },
    scopes: [],
  }));
}

/** A personal token, a key pair and the key's bearer token, for every set of scopes. */
async function goodCredentials(app: TestApp, accountId: string): Promise<Credential[]> {
  const { deps } = app.app;
  const whole = await issueKey(deps, { accountId, scopes: SCOPES });
  const credentials: Credential[] = [];
  for (const scopes of SCOPE_SETS) {
    const named = scopes.join(' ') || 'no scope';
    const personal = await issueToken(deps, { accountId, scopes });
    const bearer = { scheme: 'bearer', keyId: null, scopes } as const;
    const byToken = (name: string, token: string) => {
      const authorization = `Bearer ${token}`;
      credentials.push({ ...bearer, name, authorization, headers: headersOf(authorization) });
    };
    byToken(`a personal token: ${named}`, personal);
    const pair = await issueKey(deps, { accountId, scopes });
    const authorization = basic(pair.accessKey, pair.secret);
    const keyId = (await deps.db.credentials.byAccessKey(pair.accessKey))?.id ?? '';
    const name = `a key pair as Basic: ${named}`;
    credentials.push({ name, authorization, headers: headersOf(authorization), scheme: 'basic', keyId, scopes });
    // The token endpoint takes no scope for all scopes.
    if (scopes.length === 0) continue;
    byToken(`a narrowed bearer token: ${named}`, await exchange(app, whole, scopes));
  }
  return credentials;
}

/** What the console's page sends: the cookie by the browser, the rest by itself. */
function pageHeaders({ url }: TestApp, token: string): Credential['headers'] {
  return { cookie: `conveyance-session=${token}`, 'x-conveyance-console': '1', origin: new URL(url).origin };
}

/** A session of a credential with these scopes. */
async function newSession({ app: { deps } }: TestApp, accountId: string, scopes: readonly Scope[], clock = deps.clock) {
  const { credentialId } = await issueKey(deps, { accountId, scopes });
  const started = await startSession({ ...deps, clock }, { accountId, credentialId, scopes });
  return { ...started, credentialId };
}

/** One of each role and of each scope alone; those that are over; and a good one in requests that the console's page does not make. */
async function everySession(app: TestApp, accountId: string): Promise<Credential[]> {
  const { deps } = app.app;
  const sessions: Credential[] = [];
  const sets: Readonly<Record<string, readonly Scope[]>> = {
    'a viewer': ROLES.viewer,
    ...Object.fromEntries(SCOPES.map((scope) => [`whoever has ${scope}`, [scope]])),
    // A customer's scope of operators is worth nothing, and shown nowhere.
    'a member': ROLES.member,
  };
  for (const [who, scopes] of Object.entries(sets)) {
    const { token, credentialId: keyId } = await newSession(app, accountId, scopes);
    const session = { authorization: undefined, headers: pageHeaders(app, token), scheme: 'session', keyId } as const;
    sessions.push({ ...session, name: `a session of ${who}`, scopes: scopes.filter((scope) => scope !== 'admin') });
  }
  const bad = (name: string, fault: SessionFault, headers: Credential['headers']) =>
    sessions.push({ name, fault, headers, authorization: undefined, scheme: null, keyId: null, scopes: [] });
  const whole = await newSession(app, accountId, ROLES.member);
  const { cookie = '', ...marks } = pageHeaders(app, whole.token);
  bad('the cookie of a session, alone', 'unmarked', { cookie });
  bad('the cookie of a session, without the header', 'unmarked', { cookie, origin: marks['origin'] ?? '' });
  const reading = { scheme: 'session', fault: 'foreign', authorization: undefined, scopes: ROLES.member } as const;
  const foreign = (name: string, headers: Credential['headers']) =>
    sessions.push({ ...reading, name, headers, keyId: whole.credentialId });
  foreign('a session from another origin', { ...marks, cookie, origin: 'https://elsewhere.example.com' });
  foreign('a session from no origin', { cookie, 'x-conveyance-console': '1' });
  const ended = await newSession(app, accountId, SCOPES);
  await endSession(deps, ended.caller, ended.session.id);
  bad('a session that was ended', 'over', pageHeaders(app, ended.token));
  const old = await newSession(app, accountId, SCOPES, () => new Date(Date.now() - SESSION_LIFETIME_MS));
  bad('a session whose time is over', 'over', pageHeaders(app, old.token));
  const revoked = await newSession(app, accountId, SCOPES);
  await deps.db.credentials.revoke(revoked.credentialId);
  bad('a session of a revoked key', 'over', pageHeaders(app, revoked.token));
  bad('a session that nobody has', 'over', pageHeaders(app, `cvs_${'A'.repeat(43)}`));
  bad('the header of the page, without a session', 'over', marks);
  return sessions;
}

/** Every kind, all of one account. */
export async function everyCredential(app: TestApp, accountId: string): Promise<readonly Credential[]> {
  const byHeader = [...(await badCredentials(app, accountId)), ...(await goodCredentials(app, accountId))];
  return [...byHeader, ...(await everySession(app, accountId))];
}
