/** What is stored instead. */
const REPLACEMENT = '\u{FFFD}';
/** NUL, and half a surrogate pair, which is not a character. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** True if a text can be stored unchanged. PostgreSQL has no NUL in its texts, and would store another character for half a pair. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** The text, or for what repeats a customer's words one that can be stored. */
export function toStorable(text: string): string {
  return isStorable(text) ? text : Array.from(text, (each) => (isStorable(each) ? each : REPLACEMENT)).join('');
}
