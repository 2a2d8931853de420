/** Form of a webhook target. Where a name points to is judged when the connection is made, not here. */

const WEB_PROTOCOLS: readonly string[] = ['http:', 'https:'];

/** The URL if it is absolute, http or https, and carries no user or password; null otherwise. */
export function parseCallbackUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (!WEB_PROTOCOLS.includes(url.protocol) || url.username !== '' || url.password !== '') return null;
  return url;
}
