/** Why a try failed, in words that the receiver's owner can act on and that reveal nothing about our own network. */
import { errors } from 'undici';
import { MAX_CALLBACK_URL_CHARACTERS } from '../core/webhooks/callback-url.ts';
import { EgressRefusal } from './connect.ts';

const CUT_OFF = 'The receiver closed the connection before it answered.';
const UNREACHABLE = 'The receiver cannot be reached: its address does not answer.';
const NOT_HTTP = 'The answer was not readable as HTTP/1.1.';
const NOT_TLS = 'No TLS connection could be made: check that the port speaks https and TLS 1.2 or later.';
const UNTRUSTED =
  'The receiver’s certificate is not trusted: install one of a public authority, with its intermediates.';
/** One text for an unknown name and for one that points inside: the difference would map the internal network. */
const NOT_PUBLIC = 'The host does not lead to a public address: check that its DNS records exist and are all public.';

const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The receiver refused the connection: nothing listens on that port.',
  ECONNRESET: CUT_OFF,
  EPIPE: CUT_OFF,
  UND_ERR_SOCKET: CUT_OFF,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  CERT_HAS_EXPIRED: 'The receiver’s certificate has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The receiver’s certificate is for another host name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  EPROTO: NOT_TLS,
  UND_ERR_HEADERS_OVERFLOW: 'The answer’s headers are larger than 16 KiB.',
};

/** Families of codes: OpenSSL's, and undici's complaints about an answer. */
const BY_FAMILY: readonly (readonly [RegExp, string])[] = [
  [/^ERR_(SSL|TLS)_/, NOT_TLS],
  [/^UND_ERR_RES_/, NOT_HTTP],
];
/** A request that could not be made is a bug in this program. */
const OURS = /^(UND_ERR_(INVALID|REQ)_|ERR_INVALID_)/;

/** Null for an error that no receiver can cause: it must not be reported as the receiver's. */
export function describeError(error: unknown): string | null {
  if (error instanceof EgressRefusal) return NOT_PUBLIC;
  // undici 7.30 intends to give these a code but leaves it undefined.
  if (error instanceof errors.HTTPParserError) return NOT_HTTP;
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string') || OURS.test(error.code))
    return null;
  const { code } = error;
  return BY_CODE[code] ?? BY_FAMILY.find(([family]) => family.test(code))?.[1] ?? `The request failed (${code}).`;
}

/** For a URL that is refused by its form, without a look-up. */
export function describeRefusal(): string {
  return `The URL is refused: webhooks go to public http and https addresses of at most ${MAX_CALLBACK_URL_CHARACTERS} characters, without user and password, and not to a port of another protocol, such as 25.`;
}

export function describeTimeout(timeoutMs: number): string {
  return `No answer came within ${timeoutMs / 1000} s.`;
}

/** Null for a 2xx status: nothing else counts as delivered. */
export function describeStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400)
    return `The receiver answered ${status}: redirects are not followed, give the final URL.`;
  return `The receiver answered ${status} instead of a 2xx status.`;
}
