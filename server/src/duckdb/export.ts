import type { EngineProgress } from '../core/ports.ts';
import { copyStatement, ROWS_PER_PART } from './formats.ts';
import { partJoin } from './join-parts.ts';
import { type Part, PartCutter } from './parts.ts';
import { partPath, type WriteJob } from './protocol.ts';
import type { Session } from './session.ts';

async function census(session: Session, { census: sql, parameters, target }: WriteJob): Promise<readonly Part[]> {
  const cutter = new PartCutter(ROWS_PER_PART[target.format]);
  for await (const { chunk } of session.chunks(sql, parameters)) {
    for (const [id, rows] of chunk.getRows()) cutter.add(BigInt(Number(id)), Number(rows));
  }
  return cutter.finish();
}

/** Writes one part and makes sure that it has the rows that the census counted: a wrong total would be a wrong manifest. */
async function writePart(session: Session, job: WriteJob, part: Part, path: string, header: boolean): Promise<void> {
  const sql = copyStatement(job.part, job.columns, job.target, { path, header });
  const bounds = { from_property_id: Number(part.from), to_property_id: Number(part.to) };
  const rows = await session.execute(sql, { ...job.parameters, ...bounds });
  if (rows !== part.rows) {
    throw new Error(`properties ${part.from} to ${part.to} gave ${rows} rows where the census counted ${part.rows}`);
  }
}

/** Writes the report part by part: progress is rows that are in the file, and memory holds one part at a time. */
export async function writeExport(
  session: Session,
  job: WriteJob,
  onProgress: (progress: EngineProgress) => void,
): Promise<number> {
  const parts = await census(session, job);
  const rowsTotal = parts.reduce((sum, part) => sum + part.rows, 0);
  onProgress({ phase: 'running', rowsWritten: 0, rowsTotal });
  const { firstPart, join } = partJoin(session, job.target);
  let rowsWritten = 0;
  async function* written(): AsyncGenerator<string, void, undefined> {
    for (const [index, part] of parts.entries()) {
      const first = index === 0;
      const path = first ? firstPart : partPath(job.target);
      await writePart(session, job, part, path, first);
      yield path;
      rowsWritten += part.rows;
      onProgress({ phase: 'running', rowsWritten, rowsTotal });
    }
    onProgress({ phase: 'finalizing', rowsWritten, rowsTotal });
  }
  await join(written());
  return rowsWritten;
}
