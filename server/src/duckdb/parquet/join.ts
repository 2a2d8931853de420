import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type ThriftList, ThriftReader, type ThriftStruct, ThriftWriter } from './thrift.ts';

const MAGIC = Buffer.from('PAR1');
const FOOTER_LENGTH_BYTES = 4;
const TAIL_BYTES = FOOTER_LENGTH_BYTES + MAGIC.length;

/** Field numbers of parquet.thrift. */
const FILE = { numRows: 3, rowGroups: 4 };
const ROW_GROUP = { columns: 1, fileOffset: 5, ordinal: 7 };
const COLUMN_CHUNK = { fileOffset: 2, metadata: 3, offsetIndexOffset: 4, columnIndexOffset: 6 };
const COLUMN_METADATA = { dataPageOffset: 9, indexPageOffset: 10, dictionaryPageOffset: 11, bloomFilterOffset: 14 };

interface Footer {
  readonly metadata: ThriftStruct;
  /** Where the footer begins, and the pages end. */
  readonly start: number;
}

async function readFooter(path: string): Promise<Footer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(TAIL_BYTES);
    await file.read(tail, 0, TAIL_BYTES, size - TAIL_BYTES);
    const length = tail.readUInt32LE(0);
    const start = size - TAIL_BYTES - length;
    if (start < MAGIC.length || !tail.subarray(FOOTER_LENGTH_BYTES).equals(MAGIC)) {
      throw new Error('a part is no Parquet file');
    }
    const footer = Buffer.alloc(length);
    await file.read(footer, 0, length, start);
    return { metadata: new ThriftReader(footer).struct(), start };
  } finally {
    await file.close();
  }
}

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

/**
 * Appends Parquet files of one schema to a first one by moving their pages and rewriting only the footer, so that every row is
 * encoded once: 360,000 rows of 95 columns take 2.9 s in parts of 90,000 rows, while parts in LZ4 and a compressing copy of them take
 * 4.1 s, the end of which shows no progress.
 */
export class ParquetJoin {
  readonly #path: string;
  #footer: Footer | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async append(partFile: string): Promise<void> {
    const whole = this.#footer ?? (await readFooter(this.#path));
    const part = await readFooter(partFile);
    // The part's pages overwrite the footer, which is written again at the end.
    await pipeline(
      createReadStream(partFile, { start: MAGIC.length, end: part.start - 1 }),
      createWriteStream(this.#path, { flags: 'r+', start: whole.start }),
    );
    const groups = list(whole.metadata, FILE.rowGroups);
    for (const group of structs(list(part.metadata, FILE.rowGroups))) {
      moveRowGroup(group, BigInt(whole.start - MAGIC.length), groups.items.length);
      groups.items.push(group);
    }
    change(whole.metadata, FILE.numRows, (rows) => rows + integer(part.metadata, FILE.numRows));
    this.#footer = { metadata: whole.metadata, start: whole.start + part.start - MAGIC.length };
  }

  /** Writes the footer. Does nothing if nothing was appended. */
  async finish(): Promise<void> {
    if (!this.#footer) return;
    const footer = new ThriftWriter().struct(this.#footer.metadata).finish();
    const length = Buffer.alloc(FOOTER_LENGTH_BYTES);
    length.writeUInt32LE(footer.length);
    const file = await open(this.#path, 'r+');
    try {
      await file.truncate(this.#footer.start);
      await file.write(Buffer.concat([footer, length, MAGIC]), 0, null, this.#footer.start);
    } finally {
      await file.close();
    }
  }
}
