/** Where the bearer token of a request comes from. */
import { type Answer, isRecord, unexpectedAnswer } from './exchange.ts';

export interface TokenSource {
  get(): Promise<string>;
  /** The server refused the token. True when a new one can be had. */
  refuse(token: string): boolean;
}

export function fixedToken(token: string): TokenSource {
  return { get: () => Promise.resolve(token), refuse: () => false };
}

/** A token is replaced this long before its end: a request under way must not outlive it. */
const EXPIRY_MARGIN_SECONDS = 60;

interface Grant {
  readonly token: string;
  readonly expiresAt: number;
}

/** Fetches tokens as they are needed and keeps each until shortly before its end. Callers at the same time share one fetch. */
export function clientCredentials(requestToken: () => Promise<Answer>, now: () => number = Date.now): TokenSource {
  let current: Promise<Grant> | null = null;
  let refused: string | null = null;

  const renew = (): Promise<Grant> => {
    const renewal = requestToken().then((answer) => readGrant(answer, now()));
    current = renewal;
    // A failed fetch must not be what the next request gets.
    renewal.catch(() => {
      if (current === renewal) current = null;
    });
    return renewal;
  };

  return {
    async get() {
      const held = current ?? renew();
      const grant = await held;
      if (now() < grant.expiresAt && grant.token !== refused) return grant.token;
      // Of several callers that find the token spent, the first renews it and the others wait for that.
      if (current === held) current = null;
      return (await (current ?? renew())).token;
    },
    refuse(token) {
      refused = token;
      return true;
    },
  };
}

function readGrant(answer: Answer, now: number): Grant {
  const { access_token: token, expires_in: lifetime } = isRecord(answer.body) ? answer.body : {};
  if (typeof token !== 'string' || typeof lifetime !== 'number') {
    throw unexpectedAnswer(answer, 'no access_token in the answer of the token route');
  }
  // Half of a short life is still of use; a margin longer than the life would fetch one token per request.
  const margin = Math.min(EXPIRY_MARGIN_SECONDS, lifetime / 2);
  return { token, expiresAt: now + (lifetime - margin) * 1_000 };
}
