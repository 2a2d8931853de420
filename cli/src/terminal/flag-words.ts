/** The server's names of fields, told as the flags that were typed. */

/** `start_date` cannot be a word of a sentence; `name` can, except where the sentence is about it. */
function pattern(field: string): RegExp {
  return field.includes('_')
    ? new RegExp(`(?<![\\w.])${field}(?![\\w.])`, 'g')
    : new RegExp(`^${field}(?= (?:must|contains|is|has)\\b)`);
}

/** @param fields flags by the server's names. */
export function inFlagWords(sentence: string, fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields).reduce((text, [field, flag]) => text.replace(pattern(field), flag), sentence);
}
