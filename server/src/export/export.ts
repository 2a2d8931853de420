/** The exporter: rows are counted, cut into parts, written in order, and counted again. It knows no engine and no format. */
import type { PlaceRange } from '../core/plan/rows.ts';
import type { EngineProgress, FileForm } from '../core/ports/engine.ts';
import type { EngineSession, Exporter, FileRows } from '../core/ports/engine-session.ts';
import { type Part, PartCutter } from './parts.ts';

/** A part that is known to be small: its rows are counted when it is written. */
interface UncountedPart {
  readonly range: PlaceRange;
  readonly rows: null;
  readonly mostRows: number;
}

interface CountedPart {
  readonly range: PlaceRange;
  readonly rows: number;
}

/** One file of an export, and how its rows fall into parts. */
interface PlannedFile extends FileRows {
  readonly form: FileForm;
  readonly parts: readonly (CountedPart | UncountedPart)[];
}

function rangeOf({ from, to }: Part): PlaceRange {
  return { from: Number(from), to: Number(to) };
}

async function planFile(session: EngineSession, file: FileRows, form: FileForm): Promise<PlannedFile> {
  const sizes = session.rowsPerPart(file.rows, form.format);
  const { bound } = file.rows;
  const fits = (range: PlaceRange) => session.fits?.(range) ?? true;
  if (bound !== null && bound.mostRows <= sizes.first && fits(bound.places)) {
    return { ...file, form, parts: [{ range: bound.places, rows: null, mostRows: bound.mostRows }] };
  }
  const cutter = new PartCutter(sizes, (from, to) => fits({ from: Number(from), to: Number(to) }));
  for await (const counts of session.rows(file)) {
    for (const { place, rows } of counts) cutter.add(place, rows);
  }
  return { ...file, form, parts: cutter.finish().map((part) => ({ range: rangeOf(part), rows: part.rows })) };
}

/** Null if one of them was not counted. */
function totalOf(files: readonly PlannedFile[]): number | null {
  const parts = files.flatMap((file) => file.parts);
  return parts.reduce<number | null>((sum, { rows }) => (sum === null || rows === null ? null : sum + rows), 0);
}

/** A wrong total would be a wrong manifest. */
function requireCounted(part: CountedPart | UncountedPart, written: number): void {
  if (part.rows === null ? written <= part.mostRows : written === part.rows) return;
  const { from, to } = part.range;
  const expected = part.rows === null ? `there can be ${part.mostRows} at most` : `the census counted ${part.rows}`;
  throw new Error(`places ${from} to ${to} gave ${written} rows where ${expected}`);
}

/** Writes the files part by part: progress is rows that are on their way to a file, and memory holds the parts that are under way. */
export const writeExport: Exporter = async (session, { rows, files: forms }, onProgress) => {
  await session.prepare(rows);
  const files: PlannedFile[] = [];
  for (const [file, form] of forms.entries()) files.push(await planFile(session, { rows, file }, form));
  const rowsTotal = totalOf(files);
  let rowsWritten = 0;
  const tell = (phase: EngineProgress['phase']) =>
    onProgress({ phase, rowsWritten, rowsTotal: phase === 'finalizing' ? rowsWritten : rowsTotal });
  tell('running');
  const written: number[] = [];
  for (const { parts, form, ...file } of files) {
    let toCome = parts.length;
    let rowsOfFile = 0;
    const before = rowsWritten;
    const rowsInFile = totalOf([{ parts, form, ...file }]);
    let rowsCome = 0;
    const tellOfFile = () => {
      const seen = Math.min(rowsCome, rowsInFile ?? 0);
      rowsWritten = Math.max(rowsWritten, before + rowsOfFile, before + seen);
      tell('running');
    };
    await session.stream(
      file,
      parts.map(({ range }) => range),
      form,
      {
        onWritten(index, count) {
          const part = parts[index];
          if (part === undefined) throw new RangeError(`the session wrote a part ${index} of ${parts.length}`);
          requireCounted(part, count);
          rowsOfFile += count;
          tellOfFile();
          toCome -= 1;
          if (toCome === 0 && file.file === files.length - 1) tell('finalizing');
        },
        onCome(rows) {
          rowsCome += rows;
          if (rows > 0) tellOfFile();
        },
      },
    );
    written.push(rowsOfFile);
  }
  return written;
};
