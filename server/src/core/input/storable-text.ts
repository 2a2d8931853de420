/** NUL, and half a surrogate pair, which is not a character. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** True if a text can be stored unchanged. PostgreSQL has no NUL in its texts, and would store another character for half a pair. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}
