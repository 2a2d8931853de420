/** The ids in a file: of a table those of its column of ids, of anything else all that look like one. */
import { idsIn, type PropertyId } from '../../text/ids-in.ts';

/** Columns that hold them, in the files that this server writes and in others; the first that there is. */
const ID_COLUMNS = ['reonomy_id', 'property_id', 'id'];

export async function idsInFile(file: Blob): Promise<readonly PropertyId[]> {
  const text = (await file.text()).replace(/^\uFEFF/, '');
  const { parse } = await import('papaparse');
  const [header = []] = parse<string[]>(text, { preview: 1 }).data;
  const names = header.map((name) => name.trim().toLowerCase());
  const column = ID_COLUMNS.map((name) => names.indexOf(name)).find((at) => at >= 0);
  if (column === undefined) return idsIn(text);
  const { data } = parse<string[]>(text, { skipEmptyLines: true });
  return idsIn(data.map((row) => row[column] ?? '').join('\n'));
}
