/** Form of a webhook target. Where a name points to is judged when the connection is made, not here. */

const WEB_PROTOCOLS: readonly string[] = ['http:', 'https:'];
/** The URL parser drops or escapes these silently; stored as they came they would be another URL, and a NUL cannot be stored. */
const CONTROL_CHARACTER = /\p{Cc}/u;

/** The URL if it is absolute, http or https, and carries no user or password; null otherwise. */
export function parseCallbackUrl(text: string): URL | null {
  if (CONTROL_CHARACTER.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (!WEB_PROTOCOLS.includes(url.protocol) || url.username !== '' || url.password !== '') return null;
  return url;
}
