/** Form of a webhook target. Where a name points is checked when the connection is made, not here. */

/** It is stored with every job, schedule and delivery, and shown in every list of them. */
export const MAX_CALLBACK_URL_CHARACTERS = 2048;
/**
 * As it must be written. The URL parser repairs what is written otherwise, silently: it drops or escapes control characters and blanks, reads
 * a backslash as a slash, and finds a host in `http:host` and `http:///host`. Stored as it came, the text would be another URL to whoever reads
 * it next; and neither NUL nor half a surrogate pair can be stored.
 */
const WRITTEN = /^https?:\/\/[^/\\\s\p{Cc}\p{Cs}][^\\\s\p{Cc}\p{Cs}]*$/iu;

function isShort(text: string): boolean {
  // Code units are at least as many as characters: what is far too long is not counted.
  return text.length <= 2 * MAX_CALLBACK_URL_CHARACTERS && [...text].length <= MAX_CALLBACK_URL_CHARACTERS;
}

/** The URL if it is absolute, http or https, not too long, and carries no user or password; null otherwise. */
export function parseCallbackUrl(text: string): URL | null {
  if (!isShort(text) || !WRITTEN.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.username === '' && url.password === '' ? url : null;
}
