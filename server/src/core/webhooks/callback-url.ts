/** Form of a webhook target. Where a name points is checked when the connection is made, not here. */

/** It is stored with every job, schedule and delivery, and shown in every list of them. */
export const MAX_CALLBACK_URL_CHARACTERS = 2048;
const WEB_PROTOCOLS: readonly string[] = ['http:', 'https:'];
/**
 * Counts code points. Control characters are excluded: the URL parser drops or escapes them silently; stored unchanged they
 * would be another URL, and a NUL cannot be stored.
 */
const STORABLE = new RegExp(`^\\P{Cc}{1,${MAX_CALLBACK_URL_CHARACTERS}}$`, 'u');

/** The URL if it is absolute, http or https, not too long, and carries no user or password; null otherwise. */
export function parseCallbackUrl(text: string): URL | null {
  if (!STORABLE.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (!WEB_PROTOCOLS.includes(url.protocol) || url.username !== '' || url.password !== '') return null;
  return url;
}
