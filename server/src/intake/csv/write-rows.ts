/** CSV as it is returned: the customer's rows with cells around them. */
import type { CsvDialect, ResultCells, RowsTarget } from '../../core/ports/intake.ts';

/** Written in one call; rows are small. */
const WRITE_BYTES = 256 * 1024;

/** Text that is known to be UTF-8, and bytes that are not, in the order in which they are written. */
class RowBuffer {
  readonly #delimiter: string;
  readonly #lineEnd: string;
  readonly #needsQuotes: RegExp;
  #text = '';
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor({ delimiter, lineEnd }: CsvDialect) {
    this.#delimiter = delimiter;
    this.#lineEnd = lineEnd;
    this.#needsQuotes = new RegExp(`["\\r\\n${delimiter}]`);
  }

  /** About as many as `take` will give. */
  get size(): number {
    return this.#bytes + this.#text.length;
  }

  add(row: Iterable<string | Uint8Array>): void {
    let isFirst = true;
    for (const cell of row) {
      if (!isFirst) this.#text += this.#delimiter;
      isFirst = false;
      if (typeof cell === 'string') this.#text += this.#quoted(cell);
      // One character per byte in between: quoting does not change the bytes.
      else this.#addBytes(Buffer.from(this.#quoted(Buffer.from(cell).toString('latin1')), 'latin1'));
    }
    this.#text += this.#lineEnd;
  }

  take(): Buffer {
    this.#addBytes(new Uint8Array());
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    return all;
  }

  #addBytes(bytes: Uint8Array): void {
    const text = Buffer.from(this.#text);
    this.#text = '';
    this.#pieces.push(text, bytes);
    this.#bytes += text.length + bytes.length;
  }

  #quoted(cell: string): string {
    return this.#needsQuotes.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
}

/**
 * Short rows are padded if cells follow, so that those are below their names. After a row with more cells than the
 * header they would be below no name, and are left out.
 */
function* wholeRow({ before, source, after }: ResultCells, width: number): Generator<string | Uint8Array> {
  yield* before;
  yield* source;
  if (after.length === 0 || source.length > width) return;
  for (let missing = source.length; missing < width; missing++) yield '';
  yield* after;
}

/** `Intake.writeRows`. */
export async function writeRows(
  { target, dialect, before, source, after }: RowsTarget,
  rows: AsyncIterable<readonly ResultCells[]>,
): Promise<{ readonly rows: number }> {
  const buffer = new RowBuffer(dialect);
  let count = 0;
  if (dialect.bom) await target.write(Buffer.from('\uFEFF'));
  buffer.add([...before, ...source, ...after]);
  for await (const batch of rows) {
    count += batch.length;
    for (const row of batch) {
      buffer.add(wholeRow(row, source.length));
      if (buffer.size >= WRITE_BYTES) await target.write(buffer.take());
    }
  }
  await target.write(buffer.take());
  return { rows: count };
}
