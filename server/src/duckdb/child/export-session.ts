import type { OutputFormat } from '../../core/job.ts';
import type { PlaceRange, Rows } from '../../core/plan/rows.ts';
import type { FileForm, Parameters } from '../../core/ports/engine.ts';
import type { CountedRange, EngineSession, FileRows, PlaceCount, Told } from '../../core/ports/engine-session.ts';
import {
  FILE,
  FROM_PLACE,
  printCensus,
  printPart,
  printPreparation,
  printStagedPart,
  TO_PLACE,
} from '../print/rows.ts';
import { type ChildSettings, MOST_PARTS_AT_A_TIME } from '../protocol.ts';
import type { Cage } from './cage.ts';
import { flow } from './file-flow.ts';
import type { FilesInTurn } from './files-in-turn.ts';
import { copyStatement, rowsPerPart } from './formats.ts';
import type { WritePart } from './parts-at-a-time.ts';
import { Staging } from './staging.ts';

interface Exporting {
  readonly cage: Cage;
  readonly settings: ChildSettings;
  /** Those of the plan. */
  readonly parameters: Parameters;
  /** Resolves when the parent reads the next part of the file through this pipe. */
  readonly openPart: (file: number, pipe: number) => Promise<void>;
  /** Null where all files are here. */
  readonly inTurn: FilesInTurn | null;
}

function bounds({ from, to }: PlaceRange): Parameters {
  return { [FROM_PLACE]: from, [TO_PLACE]: to };
}

/** Rows that the preparation has laid out are read from there. */
function areLaidOut({ requested }: Rows): boolean {
  return requested?.inFiles === true;
}

/** A part of Parquet is a row group: it is cut where it always is, and large. What is laid out is in tables already. */
function isStaged({ inTurn }: Exporting, rows: Rows, format: OutputFormat): boolean {
  return format !== 'parquet' && inTurn === null && !areLaidOut(rows);
}

async function stream(
  exporting: Exporting,
  { rows, file }: FileRows,
  ranges: readonly CountedRange[],
  form: FileForm,
  { onWritten, onCome }: Told,
): Promise<void> {
  const { cage, settings, parameters, openPart, inTurn } = exporting;
  const part = printPart(rows);
  const inOrder = inTurn === null || areLaidOut(rows) ? null : inTurn.over(ranges);
  const ofFile = { ...parameters, [FILE]: file };
  const staging =
    ranges.length > 1 && isStaged(exporting, rows, form.format)
      ? new Staging({ rows, parameters: ofFile, ranges, mostBytes: settings.stageBytes })
      : null;
  const writePart: WritePart = async (index, path, writer) => {
    const range = ranges[index] ?? { from: 1, to: 0 };
    const write = (source: string) => {
      const statement = copyStatement(source, rows.columns, form, { path, header: index === 0 });
      return writer.execute(statement, { ...ofFile, ...bounds(range) });
    };
    const fromFiles = () => write(part);
    if (inOrder !== null) onWritten(index, await inOrder.read(index, writer, fromFiles));
    else if (staging === null) onWritten(index, await fromFiles());
    else {
      const fromStage = (isThere: boolean) => write(isThere ? printStagedPart(rows) : part);
      onWritten(index, await staging.read(index, writer, fromStage));
    }
  };
  const open = (pipe: number) => openPart(file, pipe);
  const atATime = staging === null ? settings.partsAtATime : MOST_PARTS_AT_A_TIME;
  await flow({ cage, settings, form, parts: ranges.length, atATime, writePart, open, onRows: onCome });
}

/** The exporter's session. */
export function exportSession(exporting: Exporting): EngineSession {
  const { cage, settings, parameters, inTurn } = exporting;
  const { session } = cage;

  async function* counts(sql: string, values: Parameters): AsyncGenerator<readonly PlaceCount[], void, undefined> {
    for await (const { chunk } of session.chunks(sql, { ...parameters, ...values })) {
      // Whole numbers that a double holds: property ids are at most 2⁵³ − 1.
      yield chunk.getRows().map(([place, count]) => ({ place: BigInt(Number(place)), rows: Number(count) }));
    }
  }

  async function* census({ rows, file }: FileRows): AsyncGenerator<readonly PlaceCount[], void, undefined> {
    if (inTurn === null || areLaidOut(rows)) {
      yield* counts(printCensus(rows), { [FILE]: file });
      return;
    }
    const { ranges } = inTurn.turns;
    const inOrder = inTurn.over(ranges);
    const sql = printCensus(rows, true);
    for (const index of ranges.keys()) {
      // A range is let go before its counts are used: sixteen bytes for each of its properties.
      yield await inOrder.read(index, session, async (range) => {
        const found: PlaceCount[] = [];
        for await (const chunk of counts(sql, { [FILE]: file, ...bounds(range) })) found.push(...chunk);
        return found;
      });
    }
  }

  async function prepareInTurn(rows: Rows, files: FilesInTurn): Promise<void> {
    const { ranges } = files.turns;
    const inOrder = files.over(ranges);
    for (const index of ranges.keys()) {
      await inOrder.read(index, session, async (range) => {
        for (const statement of printPreparation(rows, index === 0 ? 'first' : 'next')) {
          await session.execute(statement, { ...parameters, ...bounds(range) });
        }
      });
    }
  }

  return {
    rowsPerPart: (rows, format) =>
      rowsPerPart(rows, format, isStaged(exporting, rows, format) ? null : settings.partsAtATime),
    ...(inTurn !== null && { fits: (range: PlaceRange) => inTurn.fits(range) }),
    async prepare(rows: Rows) {
      if (inTurn !== null && areLaidOut(rows)) await prepareInTurn(rows, inTurn);
      else for (const statement of printPreparation(rows)) await session.execute(statement, parameters);
    },
    rows: census,
    stream: (file, ranges, form, told) => stream(exporting, file, ranges, form, told),
  };
}
