/** NUL, and half a surrogate pair, which is no character. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** Whether a text can be kept as it is. PostgreSQL has no NUL in its texts, and would store another character for half a pair. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}
