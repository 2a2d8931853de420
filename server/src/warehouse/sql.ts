/**
 * Spelling in generated SQL. Only names from our own declarations and constants of this room are ever spelt out; whatever comes from an
 * operator (paths, column names, values) is passed as a parameter or by position.
 */

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteNames(names: readonly string[], alias?: string): string {
  return names.map((name) => (alias === undefined ? quoteName(name) : `${alias}.${quoteName(name)}`)).join(', ');
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteTexts(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(', ')}]`;
}

/** The engine expands `*`, `?` and `[` in a path; in brackets they are literal. */
export function exactPath(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}
