import type { EngineProgress, Sink } from '../../core/ports/engine.ts';
import { partPath, type WriteOrder } from '../protocol.ts';
import { copyStatement, ROWS_PER_PART } from './formats.ts';
import { partJoin } from './join-parts.ts';
import { type Part, PartCutter } from './parts.ts';
import type { Session } from './session.ts';

/** One file of an order: where it goes, and how its rows fall to parts. */
interface File {
  /** The order's, and which file it is. */
  readonly parameters: WriteOrder['parameters'];
  readonly sink: Sink;
  readonly parts: readonly Part[];
}

async function census(session: Session, { census: sql, sinks, ...order }: WriteOrder): Promise<readonly File[]> {
  const files: File[] = [];
  for (const [file, sink] of sinks.entries()) {
    const parameters = { ...order.parameters, file };
    const cutter = new PartCutter(ROWS_PER_PART[sink.format]);
    for await (const { chunk } of session.chunks(sql, parameters)) {
      for (const [id, rows] of chunk.getRows()) cutter.add(BigInt(Number(id)), Number(rows));
    }
    files.push({ parameters, sink, parts: cutter.finish() });
  }
  return files;
}

/** Writes one part and makes sure that it has the rows that the census counted: a wrong total would be a wrong manifest. */
async function writePart(
  session: Session,
  { part: rowsOfPart, columns }: WriteOrder,
  { parameters, sink }: File,
  part: Part,
  place: { readonly path: string; readonly header: boolean },
): Promise<void> {
  const sql = copyStatement(rowsOfPart, columns, sink, place);
  const bounds = { from_property_id: Number(part.from), to_property_id: Number(part.to) };
  const rows = await session.execute(sql, { ...parameters, ...bounds });
  if (rows !== part.rows) {
    throw new Error(`properties ${part.from} to ${part.to} gave ${rows} rows where the census counted ${part.rows}`);
  }
}

function countRows(parts: readonly Part[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

/** Writes the files part by part: progress is rows that are in a file, and memory holds one part at a time. */
export async function writeExport(
  session: Session,
  order: WriteOrder,
  onProgress: (progress: EngineProgress) => void,
): Promise<readonly number[]> {
  for (const statement of order.prepare) await session.execute(statement, order.parameters);
  const files = await census(session, order);
  const rowsTotal = files.reduce((sum, { parts }) => sum + countRows(parts), 0);
  onProgress({ phase: 'running', rowsWritten: 0, rowsTotal });
  let rowsWritten = 0;
  for (const file of files) {
    const { parts, sink } = file;
    const { firstPart, join } = partJoin(session, sink);
    async function* written(): AsyncGenerator<string, void, undefined> {
      for (const [index, part] of parts.entries()) {
        const path = index === 0 ? firstPart : partPath(sink);
        await writePart(session, order, file, part, { path, header: index === 0 });
        yield path;
        rowsWritten += part.rows;
        onProgress({ phase: 'running', rowsWritten, rowsTotal });
      }
      if (file === files.at(-1)) onProgress({ phase: 'finalizing', rowsWritten, rowsTotal });
    }
    await join(written());
  }
  return files.map(({ parts }) => countRows(parts));
}
