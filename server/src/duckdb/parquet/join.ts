import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ThriftList, ThriftReader, type ThriftStruct, ThriftWriter } from './thrift.ts';

const MAGIC = Buffer.from('PAR1');
const FOOTER_LENGTH_BYTES = 4;
const TAIL_BYTES = FOOTER_LENGTH_BYTES + MAGIC.length;

/** Field numbers of parquet.thrift. */
const FILE = { numRows: 3, rowGroups: 4 };
const ROW_GROUP = { columns: 1, fileOffset: 5, ordinal: 7 };
const COLUMN_CHUNK = { fileOffset: 2, metadata: 3, offsetIndexOffset: 4, columnIndexOffset: 6 };
const COLUMN_METADATA = { dataPageOffset: 9, indexPageOffset: 10, dictionaryPageOffset: 11, bloomFilterOffset: 14 };

function integer(fields: ThriftStruct, number: number): bigint {
  const value = fields.get(number)?.value;
  if (typeof value !== 'bigint') throw new Error(`a Parquet footer lacks field ${number}`);
  return value;
}

function list(fields: ThriftStruct, number: number): ThriftList {
  const value = fields.get(number)?.value;
  if (typeof value !== 'object' || !('items' in value)) throw new Error(`a Parquet footer lacks list ${number}`);
  return value;
}

function structs({ items }: ThriftList): readonly ThriftStruct[] {
  return items.filter((item) => item instanceof Map);
}

function change(fields: ThriftStruct, number: number, next: (value: bigint) => bigint): void {
  const field = fields.get(number);
  if (typeof field?.value === 'bigint') fields.set(number, { type: field.type, value: next(field.value) });
}

function moveRowGroup(group: ThriftStruct, distance: bigint, ordinal: number): void {
  // The engine writes zero for an offset that it does not record.
  const moved = (offset: bigint) => (offset === 0n ? 0n : offset + distance);
  change(group, ROW_GROUP.fileOffset, moved);
  change(group, ROW_GROUP.ordinal, () => BigInt(ordinal));
  for (const column of structs(list(group, ROW_GROUP.columns))) {
    for (const number of [COLUMN_CHUNK.fileOffset, COLUMN_CHUNK.offsetIndexOffset, COLUMN_CHUNK.columnIndexOffset]) {
      change(column, number, moved);
    }
    const metadata = column.get(COLUMN_CHUNK.metadata)?.value;
    if (!(metadata instanceof Map)) throw new Error('a Parquet footer describes a column in another file');
    for (const number of Object.values(COLUMN_METADATA)) change(metadata, number, moved);
  }
}

/** A footer of 100 columns and one row group has some 20 KB. A larger one than this is refused: its part could not be told from its pages. */
const HELD_BACK_BYTES = 8_388_608;

/** Passes bytes on but for the last ones. */
class HeldBack {
  readonly #pass: (piece: Buffer) => Promise<void>;
  readonly #held: Buffer[] = [];
  #bytes = 0;

  constructor(pass: (piece: Buffer) => Promise<void>) {
    this.#pass = pass;
  }

  async add(piece: Buffer): Promise<void> {
    this.#held.push(piece);
    this.#bytes += piece.length;
    for (let [first] = this.#held; first !== undefined; [first] = this.#held) {
      if (this.#bytes - first.length < HELD_BACK_BYTES) return;
      this.#held.shift();
      this.#bytes -= first.length;
      await this.#pass(first);
    }
  }

  /** What was held back. */
  take(): Buffer {
    return Buffer.concat(this.#held.splice(0));
  }
}

interface Ending {
  /** The last pages. */
  readonly pages: Buffer;
  readonly metadata: ThriftStruct;
}

function readEnding(end: Buffer): Ending {
  const trailer = end.length - TAIL_BYTES;
  const length = trailer < 0 ? 0 : end.readUInt32LE(trailer);
  if (trailer < 0 || !end.subarray(trailer + FOOTER_LENGTH_BYTES).equals(MAGIC))
    throw new Error('a part is no Parquet file');
  if (length > trailer) throw new Error(`a part has a footer of ${length} bytes, of which ${trailer} were held back`);
  return {
    pages: end.subarray(0, trailer - length),
    metadata: new ThriftReader(end.subarray(trailer - length, trailer)).struct(),
  };
}

/**
 * Appends Parquet files of one schema to each other as they come, by moving their pages and writing one footer, so that every row is
 * encoded once: 360,000 rows of 95 columns take 2.9 s in parts of 90,000 rows, while parts in LZ4 and a compressing copy of them take
 * 4.1 s, the end of which shows no progress.
 */
export class ParquetJoin {
  readonly #out: Writable;
  #written = 0;
  #metadata: ThriftStruct | null = null;

  constructor(out: Writable) {
    this.#out = out;
  }

  async append(part: AsyncIterable<Buffer>): Promise<void> {
    const isFirst = this.#metadata === null;
    // Only the file's own beginning is one.
    let toSkip = isFirst ? 0 : MAGIC.length;
    const distance = BigInt(this.#written - toSkip);
    const held = new HeldBack((piece) => this.#write(piece));
    for await (const piece of part) {
      await held.add(piece.subarray(toSkip));
      toSkip -= Math.min(toSkip, piece.length);
    }
    const { pages, metadata } = readEnding(held.take());
    await this.#write(pages);
    if (this.#metadata === null) this.#metadata = metadata;
    else addRowGroups(this.#metadata, metadata, distance);
  }

  /** Writes the footer, and ends what the file is written to. */
  async finish(): Promise<void> {
    if (this.#metadata === null) throw new Error('a Parquet file has at least one part');
    const footer = new ThriftWriter().struct(this.#metadata).finish();
    const length = Buffer.alloc(FOOTER_LENGTH_BYTES);
    length.writeUInt32LE(footer.length);
    this.#out.end(Buffer.concat([footer, length, MAGIC]));
    await finished(this.#out);
  }

  #write(piece: Buffer): Promise<void> {
    this.#written += piece.length;
    return new Promise((resolve, reject) => {
      this.#out.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** @param distance by which the part's pages were moved. */
function addRowGroups(whole: ThriftStruct, part: ThriftStruct, distance: bigint): void {
  const groups = list(whole, FILE.rowGroups);
  for (const group of structs(list(part, FILE.rowGroups))) {
    moveRowGroup(group, distance, groups.items.length);
    groups.items.push(group);
  }
  change(whole, FILE.numRows, (rows) => rows + integer(part, FILE.numRows));
}
