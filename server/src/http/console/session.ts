/** `/console/session` and `/console/sessions`: signing in to the console, and out of it. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Caller, CONSOLE_ROLES, roleOf, SCOPES } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { authenticateToken, isPersonalToken } from '../../core/logins/credentials.ts';
import { endSession, type StartedSession, scopesInConsole, startSession } from '../../core/logins/sessions.ts';
import type { Session } from '../../core/ports/database/sessions.ts';
import { text } from '../../wire/fields.ts';
import { refused, TOO_MANY_LOGINS } from '../server/answers.ts';
import { type Door, type OpenCall, type OpenOperation, pathParameter } from '../server/operation.ts';
import { clearSessionCookie, setSessionCookie } from '../sessions/cookie.ts';
import { requireOwnPage } from '../sessions/own-page.ts';

const SESSION_PATH = '/console/session';
const SESSIONS_PATH = '/console/sessions';
const OPENS_WITH = 'the cookie of a console session';
const BODY_LIMIT_BYTES = 4 * 1024;

const signInSchema = z
  .object({
    invitation: text({ description: 'The token of an invitation’s link, behind its `#`.' }).optional(),
    access_key: text({ description: 'With `secret`.' }).optional(),
    secret: text({ description: 'Of the access key.' }).optional(),
    token: text({ description: 'A personal token.' }).optional(),
  })
  .meta({ id: 'SignIn', description: 'One of: an invitation, an access key with its secret, a personal token.' });

const sessionSchema = z
  .object({
    id: text({ description: 'Names the session; opens nothing.' }),
    account_id: text(),
    account_name: text(),
    role: z.enum(CONSOLE_ROLES).meta({
      description:
        '`viewer` sees and downloads; `member` also creates; `operator` looks after the server, and belongs to no account.',
    }),
    scopes: z.array(z.enum(SCOPES)),
    expires_at: text({ description: 'Moves with every use.', format: 'date-time' }),
  })
  .meta({ id: 'ConsoleSession' });

const listedSchema = z.object({
  id: text(),
  address: text({ description: 'From where it was started.' }).nullable(),
  created_at: text({ format: 'date-time' }),
  expires_at: text({ format: 'date-time' }),
  current: z.boolean().meta({ description: 'True for the one that asks.' }),
});

const NOT_SIGNED_IN = refused('No session, or one that is over', 'unauthorized', 'Your session is over; sign in again');
const FOREIGN_PAGE = refused(
  'The request does not come from the console’s own page',
  'foreign_page',
  'This request does not come from the console’s own page; open the console at https://data.example.com/console/',
);

async function described({ deps }: Pick<Door, 'deps'>, session: Session, { accountId, scopes }: Caller) {
  const account = await deps.db.accounts.get(accountId);
  return {
    id: session.id,
    account_id: accountId,
    account_name: account?.name ?? '',
    role: roleOf(scopes),
    scopes: [...scopes],
    expires_at: session.expiresAt.toISOString(),
  } satisfies z.infer<typeof sessionSchema>;
}

function refuse(message: string): never {
  throw new ConveyanceError('unauthorized', message);
}

async function signIn(door: Door, request: FastifyRequest): Promise<StartedSession> {
  const { success, data } = signInSchema.safeParse(request.body);
  if (!success) throw new ConveyanceError('invalid_parameter', 'The body must be an object of texts: see SignIn');
  if (data.invitation !== undefined) {
    const started = await door.sessions.accept(data.invitation, request.clientAddress);
    return started ?? refuse('This invitation was used, is older than 24 hours, or is not complete; ask for a new one');
  }
  if (data.access_key !== undefined && data.secret !== undefined) {
    const caller = await door.logins.recognise(request.clientAddress, data.access_key, data.secret);
    if (caller === null) refuse('The access key is unknown or its secret is wrong');
    return startSession(door.deps, { ...caller, address: request.clientAddress });
  }
  if (data.token !== undefined) {
    // A token that was issued for a key may have fewer scopes than the key, which the session would forget.
    const caller = isPersonalToken(data.token)
      ? await authenticateToken(door.deps, data.token, request.clientAddress)
      : null;
    if (caller === null) refuse('The personal token is unknown or revoked');
    return startSession(door.deps, { ...caller, address: request.clientAddress });
  }
  throw new ConveyanceError('invalid_parameter', 'Give an invitation, an access_key with its secret, or a token');
}

/** Nothing of a session is kept by anyone on the way. */
function unkept({ reply }: OpenCall): void {
  reply.header('cache-control', 'no-store');
}

export const createSession: OpenOperation = {
  opensWith: 'an invitation, an access key and its secret, or a personal token',
  method: 'POST',
  path: SESSION_PATH,
  bodyLimit: BODY_LIMIT_BYTES,
  document: {
    operationId: 'createSession',
    tag: 'Console',
    summary: 'Sign In',
    description:
      'Starts a session of the console and sets its cookie, which scripts cannot read. It lasts 12 hours from its last use. ' +
      'With it, and with the header `X-Conveyance-Console`, the console’s page calls every other operation. Programs use their credential as it is.',
    body: { contentTypes: ['application/json'], schema: signInSchema },
    responses: {
      200: { description: 'Signed in', schema: sessionSchema },
      401: refused('Unknown, used up or wrong', 'unauthorized', 'The access key is unknown or its secret is wrong'),
      403: FOREIGN_PAGE,
      429: TOO_MANY_LOGINS,
    },
  },
  async answer(door, call) {
    unkept(call);
    const { publicUrl } = door.settings;
    requireOwnPage(call.request, publicUrl);
    const { token, session, caller } = await signIn(door, call.request);
    setSessionCookie(call.reply, publicUrl, token);
    return described(door, session, { ...caller, scopes: scopesInConsole(caller) });
  },
};

export const getSession: OpenOperation = {
  opensWith: OPENS_WITH,
  method: 'GET',
  path: SESSION_PATH,
  document: {
    operationId: 'getSession',
    tag: 'Console',
    summary: 'Get the Session',
    description: 'Who is signed in.',
    responses: { 200: { description: 'The session', schema: sessionSchema }, 401: NOT_SIGNED_IN, 403: FOREIGN_PAGE },
  },
  async answer(door, call) {
    unkept(call);
    const { session, caller } = await door.sessions.recognise(call.request);
    return described(door, session, caller);
  },
};

export const deleteSession: OpenOperation = {
  opensWith: OPENS_WITH,
  method: 'DELETE',
  path: SESSION_PATH,
  document: {
    operationId: 'deleteSession',
    tag: 'Console',
    summary: 'Sign Out',
    description: 'Ends the session that asks.',
    responses: { 204: { description: 'Signed out' }, 401: NOT_SIGNED_IN, 403: FOREIGN_PAGE },
  },
  async answer(door, call) {
    unkept(call);
    const { session, caller } = await door.sessions.recognise(call.request);
    await endSession(door.deps, { ...caller, address: call.request.clientAddress }, session.id);
    door.sessions.forget();
    clearSessionCookie(call.reply, door.settings.publicUrl);
    return call.reply.code(204).send();
  },
};

export const listSessions: OpenOperation = {
  opensWith: OPENS_WITH,
  method: 'GET',
  path: SESSIONS_PATH,
  document: {
    operationId: 'listSessions',
    tag: 'Console',
    summary: 'List Sessions',
    description: 'Where the same person, key or token is signed in, the newest first; a hundred at most.',
    responses: {
      200: { description: 'The sessions', schema: z.object({ sessions: z.array(listedSchema) }) },
      401: NOT_SIGNED_IN,
      403: FOREIGN_PAGE,
    },
  },
  async answer(door, call) {
    unkept(call);
    const { session, caller } = await door.sessions.recognise(call.request);
    const sessions = await door.deps.db.sessions.list(caller.credentialId, door.deps.clock());
    return {
      sessions: sessions.map(({ id, address, createdAt, expiresAt }) => ({
        id,
        address,
        created_at: createdAt.toISOString(),
        expires_at: expiresAt.toISOString(),
        current: id === session.id,
      })),
    };
  },
};

export const endOtherSession: OpenOperation = {
  opensWith: OPENS_WITH,
  method: 'DELETE',
  path: `${SESSIONS_PATH}/:session_id`,
  document: {
    operationId: 'endSession',
    tag: 'Console',
    summary: 'End a Session',
    description: 'Ends any session of the same person, key or token, within five seconds on every node.',
    params: z.object({ session_id: text() }),
    responses: {
      204: { description: 'Ended' },
      401: NOT_SIGNED_IN,
      403: FOREIGN_PAGE,
      404: refused('There is no such session', 'not_found', 'There is no such session of yours'),
    },
  },
  async answer(door, call) {
    unkept(call);
    const { caller } = await door.sessions.recognise(call.request);
    const sessionId = pathParameter(call.request, 'session_id');
    await endSession(door.deps, { ...caller, address: call.request.clientAddress }, sessionId);
    door.sessions.forget();
    return call.reply.code(204).send();
  },
};
