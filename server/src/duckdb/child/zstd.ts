/** Zstandard without a package of its own: Node 20 has none, the engine has. */
import { closeSync, openSync, readSync } from 'node:fs';
import { BLOB, DuckDBBlobValue, DuckDBTableFunction } from '@duckdb/node-api';
import { literal } from '../print/identifiers.ts';
import type { Session } from './session.ts';

/** Each costs a switch between the engine’s threads and ours: 108 MB of CSV took 2 s in chunks of this size. */
const CHUNK_BYTES = 262_144;

/** A table function whose rows are the file's bytes, one chunk per row, read on demand. */
function fileChunks(name: string, file: number): DuckDBTableFunction {
  return DuckDBTableFunction.create({
    name,
    bindFunction: (info) => info.addResultColumn('bytes', BLOB),
    initFunction: () => undefined,
    mainFunction(_info, output) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const length = readSync(file, chunk, 0, CHUNK_BYTES, null);
      output.rowCount = length > 0 ? 1 : 0;
      if (length === 0) return;
      const column = output.getColumnVector(0);
      column.setItem(0, new DuckDBBlobValue(chunk.subarray(0, length)));
      column.flush();
    },
  });
}

/** Writes the file's bytes to `to` as one zstd frame. */
export async function compressZstd(session: Session, from: string, to: string): Promise<void> {
  const file = openSync(from, 'r');
  try {
    session.connection.registerTableFunction(fileChunks('file_chunks', file));
    const options = 'FORMAT blob, COMPRESSION zstd, USE_TMP_FILE false';
    await session.execute(`COPY (SELECT bytes FROM file_chunks()) TO ${literal(to)} (${options})`);
  } finally {
    closeSync(file);
  }
}
