/** SQL for the text of a cell that a mapping makes of a file's cells. */
import type { Bind } from '../formats/bound.ts';
import { quoteText } from '../sql.ts';
import type { CellSource } from './mapping.ts';

/** The columns of the file that it is made of. */
export function columnsOf({ column, concat = [], first = [] }: CellSource): readonly string[] {
  return [...(column === undefined ? [] : [column]), ...concat, ...first];
}

type CellOf = (name: string) => string;

function beginning({ column, constant, concat, first, ...source }: CellSource, cellOf: CellOf, bind: Bind): string {
  if (column !== undefined) return cellOf(column);
  if (constant !== undefined) return `CAST(${bind(String(constant))} AS VARCHAR)`;
  const filled = (name: string) => `nullif(trim(${cellOf(name)}), '')`;
  if (concat === undefined) return `coalesce(${(first ?? []).map(filled).join(', ')})`;
  return `nullif(concat_ws(${bind(source.with ?? ' ')}, ${concat.map(filled).join(', ')}), '')`;
}

/** A year among other words: `c. 1920`, `1985 (est.)`. */
const YEAR = '(?:1[6-9]|20)[0-9]{2}';

function taken(cell: string, take: CellSource['take']): string {
  if (take === undefined) return cell;
  const found =
    take === 'year' ? `regexp_extract(${cell}, ${quoteText(YEAR)})` : `regexp_replace(${cell}, '[^0-9]', '', 'g')`;
  // What has none is told as it stands there.
  return `coalesce(nullif(${found}, ''), ${cell})`;
}

function replaced(cell: string, { values = {}, otherwise }: CellSource, bind: Bind): string {
  const pairs = Object.entries(values);
  if (pairs.length === 0) return cell;
  const cases = pairs.map(([theirs, ours]) => {
    const word = bind(theirs.trim().toLowerCase());
    return `WHEN ${word} THEN ${ours === null ? 'NULL' : bind(String(ours))}`;
  });
  return `CASE lower(trim(${cell})) ${cases.join(' ')} ${otherwise === 'empty' ? '' : `ELSE ${cell}`} END`;
}

function listed(cell: string, separator: string | undefined, bind: Bind): string {
  if (separator === undefined) return cell;
  const items = `list_transform(string_split(${cell}, ${bind(separator)}), lambda part: trim(part))`;
  return `CAST(to_json(list_filter(${items}, lambda part: part <> '')) AS VARCHAR)`;
}

/** @param cellOf SQL for the text of the file's column of the name. */
export function sourceText(source: CellSource, cellOf: CellOf, bind: Bind): string {
  const whole = beginning(source, cellOf, bind);
  const { split, part = 1 } = source;
  const piece = split === undefined ? whole : `nullif(trim(split_part(${whole}, ${bind(split)}, ${part})), '')`;
  return listed(replaced(taken(piece, source.take), source, bind), source.list, bind);
}

function isChanged({ split, take, values, list }: CellSource): boolean {
  return split !== undefined || take !== undefined || values !== undefined || list !== undefined;
}

/** The column of the file whose cells have the form of ours; null if they are changed before they are read. */
export function plainColumn(source: CellSource): string | null {
  return isChanged(source) ? null : (source.column ?? source.first?.[0] ?? null);
}

/** True for a column under another name and nothing else: its cells are read as they are stored. */
export function isRenamed(source: CellSource): boolean {
  return source.column !== undefined && source.unit === undefined && !isChanged(source);
}
