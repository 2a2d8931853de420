/** Spelling of names and texts in ClickHouse’s SQL. Names come from our own declarations, texts from settings and from lists of the warehouse. */

export function identifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
