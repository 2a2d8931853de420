import { createHmac } from 'node:crypto';
import type { Clock } from '../core/ports/clock.ts';
import type { KeySource } from '../core/ports/keys.ts';
import type { ServerLinks } from '../core/ports/links.ts';
import { MS_PER_SECOND } from '../core/time.ts';
import { isObjectKey, judgeKey } from './object-key.ts';
import { equalInConstantTime } from './secrets.ts';

/** Of a link's expiry in seconds: ten digits until the year 2286. */
const EXPIRES = /^[1-9]\d{0,11}$/;
/** Counts revocations, from 1: a link of before the first has none. */
const EPOCH = /^[1-9]\d{0,8}$/;
const PARAMETERS = ['expires', 'filename', 'kid', 'signature'] as const;

export interface LinkSignerOptions {
  /** Where customers reach the server, without the final slash: `https://data.example.com`. */
  readonly publicUrl: string;
  /** A link names its key by its version. */
  readonly keys: KeySource;
  readonly clock: Clock;
}

interface Claims {
  readonly key: string;
  readonly filename: string;
  readonly expires: string;
  readonly kid: string;
  /** Empty before the account's first revocation. */
  readonly epoch: string;
}

/** One spelling for one set of claims: JSON separates them unambiguously. A link for GET is valid for HEAD, which reveals less. */
function signature({ key, filename, expires, kid, epoch }: Claims, secret: Uint8Array): string {
  const text = JSON.stringify(['GET', key, expires, filename, kid, ...(epoch === '' ? [] : [epoch])]);
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** Links to `/files/<key>` of this server, signed with HMAC-SHA-256. */
export function createLinkSigner(options: LinkSignerOptions): ServerLinks {
  const { keys, clock } = options;
  const base = options.publicUrl.replace(/(?<!\/)\/+$/, '');
  // A proxy may keep the public URL's path or strip it.
  const directories = [...new Set([new URL(`${base}/files/`).pathname, '/files/'])];

  return {
    sign({ key, filename, expiresAt, epoch: number = 0 }) {
      judgeKey(key);
      const expires = String(Math.floor(expiresAt.getTime() / MS_PER_SECOND));
      const epoch = number === 0 ? '' : String(number);
      const { version, key: secret } = keys.current();
      const kid = String(version);
      const claims = { key, filename, expires, kid, epoch };
      const query = new URLSearchParams({ expires, filename, kid, signature: signature(claims, secret) });
      if (epoch !== '') query.set('epoch', epoch);
      return `${base}/files/${key}?${query}`;
    },

    verify({ path, query }) {
      const directory = directories.find((start) => path.startsWith(start));
      const { expires = '', filename = '', kid = '', signature: offered = '', epoch = '', ...more } = query;
      if (directory === undefined || Object.keys(more).length > 0) return null;
      // Values come from the wire, where a parameter sent twice is an array.
      if (!PARAMETERS.every((name) => typeof query[name] === 'string')) return null;
      if ('epoch' in query && !(typeof query['epoch'] === 'string' && EPOCH.test(query['epoch']))) return null;
      const key = path.slice(directory.length);
      const found = keys.all().find(({ version }) => String(version) === kid);
      if (found === undefined || !isObjectKey(key) || !EXPIRES.test(expires)) return null;
      // Compared as text: the last character of base64 has spare bits, and two spellings would decode to the same bytes.
      const expected = signature({ key, filename, expires, kid, epoch }, found.key);
      if (!equalInConstantTime(Buffer.from(offered), Buffer.from(expected))) return null;
      if (clock().getTime() >= Number(expires) * MS_PER_SECOND) return null;
      return { key, filename, epoch: Number(epoch) };
    },
  };
}
