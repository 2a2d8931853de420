/** Bearer tokens: minted for a client that proved itself, recognised on every request. */

import { decodeJwt, type JWTHeaderParameters, errors as joseErrors, jwtVerify, SignJWT } from 'jose';
import { type Caller, isScope, type Scope } from '../../core/access.ts';
import { PURPOSES } from '../../core/keyring/purposes.ts';
import { authenticateToken, callerOf, isPersonalToken } from '../../core/logins/credentials.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { BELIEVED_MS, MOST_BELIEVED } from '../sessions/believed.ts';
import type { HttpSettings } from './settings.ts';

export const TOKEN_LIFETIME_SECONDS = PURPOSES.tokens.lastsSeconds;
const ALGORITHM = 'HS256';
/** RFC 9068 §4: what was signed for another use is no access token, even under the same key. */
const TYPE = 'at+jwt';
const FIRST_KEY = '1';

export interface MintedToken {
  readonly token: string;
  readonly createdAt: Date;
}

export interface AccessTokens {
  /** A token of the caller's credential with these scopes. */
  mint(caller: Caller, scopes: readonly Scope[]): Promise<MintedToken>;
  /**
   * Who is behind a bearer token, with the scopes that both token and credential have; null if it is not, or no longer, valid.
   * @param address of the client, for the audit log.
   */
  recognise(token: string, address?: string): Promise<Caller | null>;
  /** When a recognised token expires; null for one that is valid until it is revoked. */
  expiryOf(token: string): Date | null;
}

type Remembering = Pick<Deps, 'db' | 'clock'>;

interface Remembered {
  readonly caller: Promise<Caller | null>;
  readonly until: number;
}

/**
 * Looks callers up at most once in three seconds each, and once for all requests that come at the same time: a client that polls does not
 * cost a query per poll. Who is refused is looked up, and written down, each time. A revocation is told to all nodes at once; the three
 * seconds are for one that missed it.
 */
function rememberCallers(
  { db, clock }: Remembering,
  look: (key: string, address: string | undefined) => Promise<Caller | null>,
): (key: string, address?: string) => Promise<Caller | null> {
  const remembered = new Map<string, Remembered>();
  function forget(key: string, { caller }: Remembered): void {
    if (remembered.get(key)?.caller === caller) remembered.delete(key);
  }
  db.subscribe('credential-revoked', () => remembered.clear());
  return (key, address) => {
    const now = clock().getTime();
    const known = remembered.get(key);
    if (known !== undefined && now < known.until) return known.caller;
    if (remembered.size >= MOST_BELIEVED) remembered.clear();
    const looked = { caller: look(key, address), until: now + BELIEVED_MS };
    remembered.set(key, looked);
    looked.caller.then(
      (caller) => caller === null && forget(key, looked),
      () => forget(key, looked),
    );
    return looked.caller;
  };
}

export function createAccessTokens(
  deps: Pick<Deps, 'db' | 'secrets' | 'clock' | 'ids' | 'log'>,
  { publicUrl, tokenKeys }: HttpSettings,
): AccessTokens {
  const currentCaller = rememberCallers(deps, (credentialId, address) => callerOf(deps, credentialId, address));
  const personalCaller = rememberCallers(deps, (token, address) => authenticateToken(deps, token, address));

  /** Tokens of a release before the keyring name none. */
  function keyOf({ kid = FIRST_KEY }: JWTHeaderParameters): Uint8Array {
    const found = tokenKeys.all().find(({ version }) => String(version) === kid);
    if (found === undefined) throw new joseErrors.JWKSNoMatchingKey();
    return found.key;
  }

  async function claimsOf(token: string) {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: publicUrl,
        audience: publicUrl,
        currentDate: deps.clock(),
        requiredClaims: ['exp', 'sub', 'scope'],
      });
      return payload;
    } catch (error) {
      if (error instanceof joseErrors.JOSEError) return null;
      throw error;
    }
  }

  return {
    async mint(caller, scopes) {
      const createdAt = deps.clock();
      const { version, key } = tokenKeys.current();
      const seconds = Math.floor(createdAt.getTime() / MS_PER_SECOND);
      const token = await new SignJWT({ scope: scopes.join(' ') })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: String(version) })
        .setIssuer(publicUrl)
        .setAudience(publicUrl)
        .setSubject(caller.credentialId)
        .setJti(deps.ids())
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + TOKEN_LIFETIME_SECONDS)
        .sign(key);
      return { token, createdAt };
    },

    async recognise(token, address) {
      if (isPersonalToken(token)) return personalCaller(token, address);
      const claims = await claimsOf(token);
      if (claims?.sub === undefined || typeof claims['scope'] !== 'string') return null;
      const caller = await currentCaller(claims.sub, address);
      if (caller === null) return null;
      const granted = claims['scope'].split(' ').filter(isScope);
      return { ...caller, scopes: granted.filter((scope) => caller.scopes.includes(scope)) };
    },

    expiryOf(token) {
      if (isPersonalToken(token)) return null;
      const { exp } = decodeJwt(token);
      return exp === undefined ? null : new Date(exp * MS_PER_SECOND);
    },
  };
}
