/** Where a search continues: given to the customer, and accepted only unaltered. */

import { ConveyanceError } from '../core/errors.ts';
import { PURPOSES } from '../core/keyring/purposes.ts';
import type { Deps } from '../core/ports/deps.ts';
import { MS_PER_SECOND } from '../core/time.ts';

/** "A data version is kept while a job or a search token (24 h) refers to it." */
export const TOKEN_LIFETIME_SECONDS = PURPOSES['search-tokens'].lastsSeconds;

export interface SearchPosition {
  readonly dataVersion: number;
  /** Properties with greater ids follow. */
  readonly after: number;
}

interface Terms {
  readonly accountId: string;
  /** What is searched for: a token continues only the search that it came from. */
  readonly settings: string;
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/={1,2}$/, '');
}

/** No part but the last has a line break: no two sets of terms have the same text. */
function signedText({ accountId, settings }: Terms, position: string): string {
  return `${accountId}\n${position}\n${settings}`;
}

export function writeSearchToken(
  deps: Pick<Deps, 'searchSigner' | 'clock'>,
  terms: Terms,
  { dataVersion, after }: SearchPosition,
): string {
  const expires = Math.floor(deps.clock().getTime() / MS_PER_SECOND) + TOKEN_LIFETIME_SECONDS;
  const position = [dataVersion, after, expires].map((number) => number.toString(36)).join('.');
  return `${position}.${toBase64Url(deps.searchSigner.hash(signedText(terms, position)))}`;
}

const FORM =
  /^(?<position>(?<version>[0-9a-z]{1,11})\.(?<after>[0-9a-z]{1,11})\.(?<expires>[0-9a-z]{1,11}))\.(?<signature>[\w-]{43,64})$/;

/** Throws `invalid_parameter` for a token that is altered, expired, or of another account or search. */
export function readSearchToken(
  deps: Pick<Deps, 'searchSigner' | 'clock'>,
  terms: Terms,
  token: string,
): SearchPosition {
  const { position, version, after, expires, signature } = FORM.exec(token)?.groups ?? {};
  if (position && version && after && expires && signature) {
    const encoder = new TextEncoder();
    const offered = encoder.encode(signature);
    const ours = deps.searchSigner.hashes(signedText(terms, position)).map(toBase64Url);
    const isOurs = ours.some((each) => deps.searchSigner.equal(encoder.encode(each), offered));
    const isLive = Number.parseInt(expires, 36) * MS_PER_SECOND > deps.clock().getTime();
    if (isOurs && isLive) return { dataVersion: Number.parseInt(version, 36), after: Number.parseInt(after, 36) };
  }
  throw staleToken();
}

export function staleToken(): ConveyanceError {
  return new ConveyanceError(
    'invalid_parameter',
    'search_token is altered, older than 24 hours, or of another search; send the search again without it',
  );
}
