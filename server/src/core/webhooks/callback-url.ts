/** Form of a webhook target. Where a name points to is judged when the connection is made, not here. */

/** It is kept with every job, schedule and delivery, and stands in every list of them. */
export const MAX_CALLBACK_URL_CHARACTERS = 2048;
const WEB_PROTOCOLS: readonly string[] = ['http:', 'https:'];
/**
 * Counts code points. Control characters are none of them: the URL parser drops or escapes them silently; stored as they came they
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
