/** How a request identifies its sender. */
import { type Answer, isRecord, unexpectedAnswer } from './exchange.ts';

/** Where the `Authorization` header of a request comes from. */
export interface Authorization {
  get(): Promise<string>;
  /** The server refused it. True if another one is available. */
  refuse(authorization: string): boolean;
}

export function fixedToken(token: string): Authorization {
  return { get: () => Promise.resolve(bearer(token)), refuse: () => false };
}

/** In the place of a header’s value: the browser itself sends what proves the session. */
const SESSION = 'session';

/** A page of the server’s own, in which somebody has signed in. */
export function sessionOfBrowser(): Authorization {
  return { get: () => Promise.resolve(SESSION), refuse: () => false };
}

/** What a request carries. The server takes a session’s cookie only beside a header that no foreign page can send. */
export function headersOf(authorization: string): Readonly<Record<string, string>> {
  return authorization === SESSION ? { 'x-conveyance-console': '1' } : { authorization };
}

/** RFC 7617 with UTF-8; `btoa` alone only handles Latin-1. */
export function basicAuthorization({ accessKey, secret }: { accessKey: string; secret: string }): Authorization {
  const bytes = new TextEncoder().encode(`${accessKey}:${secret}`);
  const authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  return { get: () => Promise.resolve(authorization), refuse: () => false };
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}

/** A token is replaced this long before its end: a request in progress must not outlive it. */
const EXPIRY_MARGIN_SECONDS = 60;

interface Grant {
  readonly authorization: string;
  readonly expiresAt: number;
}

/** Fetches tokens as they are needed and keeps each until shortly before its end. Callers at the same time share one fetch. */
export function clientCredentials(requestToken: () => Promise<Answer>, now: () => number = Date.now): Authorization {
  let current: Promise<Grant> | null = null;
  let refused: string | null = null;

  const renew = (): Promise<Grant> => {
    const renewal = requestToken().then((answer) => readGrant(answer, now()));
    current = renewal;
    // The next request must not get a failed fetch.
    renewal.catch(() => {
      if (current === renewal) current = null;
    });
    return renewal;
  };

  return {
    async get() {
      const held = current ?? renew();
      const grant = await held;
      if (now() < grant.expiresAt && grant.authorization !== refused) return grant.authorization;
      // Of several callers that find the token expired, the first renews it and the others wait for that.
      if (current === held) current = null;
      return (await (current ?? renew())).authorization;
    },
    refuse(authorization) {
      refused = authorization;
      return true;
    },
  };
}

function readGrant(answer: Answer, now: number): Grant {
  const { access_token: token, expires_in: lifetime } = isRecord(answer.body) ? answer.body : {};
  if (typeof token !== 'string' || typeof lifetime !== 'number') {
    throw unexpectedAnswer(answer, 'no access_token in the answer of the token route');
  }
  // Half of a short lifetime is still useful; a margin longer than the lifetime would fetch one token per request.
  const margin = Math.min(EXPIRY_MARGIN_SECONDS, lifetime / 2);
  return { authorization: bearer(token), expiresAt: now + (lifetime - margin) * 1_000 };
}
