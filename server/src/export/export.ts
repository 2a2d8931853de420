/** The exporter: rows are counted, cut into parts, written in order, and counted again. It knows no engine and no format. */
import type { PlaceRange } from '../core/plan/rows.ts';
import type { EngineProgress, FileForm } from '../core/ports/engine.ts';
import type { EngineSession, Exporter, FileRows } from '../core/ports/engine-session.ts';
import { type Part, PartCutter } from './parts.ts';

/** One file of an export, and how its rows fall into parts. */
interface PlannedFile extends FileRows {
  readonly form: FileForm;
  readonly parts: readonly Part[];
}

async function planFile(session: EngineSession, file: FileRows, form: FileForm): Promise<PlannedFile> {
  const cutter = new PartCutter(session.rowsPerPart[form.format]);
  for await (const counts of session.rows(file)) {
    for (const { place, rows } of counts) cutter.add(place, rows);
  }
  return { ...file, form, parts: cutter.finish() };
}

function countRows(parts: readonly Part[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

function rangeOf({ from, to }: Part): PlaceRange {
  return { from: Number(from), to: Number(to) };
}

/** A wrong total would be a wrong manifest. */
function requireCounted({ from, to, rows }: Part, written: number): void {
  if (written !== rows)
    throw new Error(`places ${from} to ${to} gave ${written} rows where the census counted ${rows}`);
}

/** Writes the files part by part: progress is rows that are on their way to a file, and memory holds the parts that are under way. */
export const writeExport: Exporter = async (session, { rows, files: forms }, onProgress) => {
  await session.prepare(rows);
  const files: PlannedFile[] = [];
  for (const [file, form] of forms.entries()) files.push(await planFile(session, { rows, file }, form));
  const rowsTotal = files.reduce((sum, { parts }) => sum + countRows(parts), 0);
  let rowsWritten = 0;
  const tell = (phase: EngineProgress['phase']) => onProgress({ phase, rowsWritten, rowsTotal });
  tell('running');
  for (const { parts, form, ...file } of files) {
    let toCome = parts.length;
    await session.stream(file, parts.map(rangeOf), form, (index, written) => {
      const part = parts[index];
      if (part === undefined) throw new RangeError(`the session wrote a part ${index} of ${parts.length}`);
      requireCounted(part, written);
      rowsWritten += written;
      tell('running');
      toCome -= 1;
      if (toCome === 0 && file.file === files.length - 1) tell('finalizing');
    });
  }
  return files.map(({ parts }) => countRows(parts));
};
