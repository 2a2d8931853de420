import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { EngineProgress } from '../core/ports.ts';
import { copyStatement, ROWS_PER_PART } from './formats.ts';
import { ParquetJoin } from './parquet-join.ts';
import { type Part, PartCutter } from './parts.ts';
import { partPath, type WriteJob } from './protocol.ts';
import type { Session } from './session.ts';

/** Puts part files together; the first part is the target itself. */
interface Joiner {
  append(partFile: string): Promise<void>;
  finish(): Promise<void>;
}

function textJoin(path: string): Joiner {
  return {
    append: (partFile) => pipeline(createReadStream(partFile), createWriteStream(path, { flags: 'a' })),
    finish: () => Promise.resolve(),
  };
}

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
  const { path, format } = job.target;
  const join: Joiner = format === 'parquet' ? new ParquetJoin(path) : textJoin(path);
  let rowsWritten = 0;
  for (const [index, part] of parts.entries()) {
    const first = index === 0;
    const partFile = first ? path : partPath(job.target);
    await writePart(session, job, part, partFile, first);
    if (!first) {
      await join.append(partFile);
      await rm(partFile);
    }
    rowsWritten += part.rows;
    onProgress({ phase: 'running', rowsWritten, rowsTotal });
  }
  onProgress({ phase: 'finalizing', rowsWritten, rowsTotal });
  await join.finish();
  return rowsWritten;
}
