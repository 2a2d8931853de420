import { FROM_PLACE, type PlaceRange, type Rows, TO_PLACE } from '../../core/plan/rows.ts';
import type { FileForm, Parameters } from '../../core/ports/engine.ts';
import type { EngineSession, FileRows, PlaceCount, Told } from '../../core/ports/engine-session.ts';
import { FILE, printCensus, printPart, printPreparation } from '../print/rows.ts';
import type { ChildSettings } from '../protocol.ts';
import type { Cage } from './cage.ts';
import { flow } from './file-flow.ts';
import type { FilesInTurn } from './files-in-turn.ts';
import { copyStatement, rowsPerPart } from './formats.ts';
import type { WritePart } from './parts-at-a-time.ts';

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

/** The exporter's session. */
export function exportSession({ cage, settings, parameters, openPart, inTurn }: Exporting): EngineSession {
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

  async function stream(
    { rows, file }: FileRows,
    ranges: readonly PlaceRange[],
    form: FileForm,
    { onWritten, onCome }: Told,
  ): Promise<void> {
    const part = printPart(rows);
    const inOrder = inTurn === null || areLaidOut(rows) ? null : inTurn.over(ranges);
    const writePart: WritePart = async (index, path, writer) => {
      const statement = copyStatement(part, rows.columns, form, { path, header: index === 0 });
      const write = (range: PlaceRange) => writer.execute(statement, { ...parameters, [FILE]: file, ...bounds(range) });
      const written = await (inOrder === null
        ? write(ranges[index] ?? { from: 1, to: 0 })
        : inOrder.read(index, writer, write));
      onWritten(index, written);
    };
    const open = (pipe: number) => openPart(file, pipe);
    await flow({ cage, settings, form, parts: ranges.length, writePart, open, onRows: onCome });
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
    rowsPerPart: rowsPerPart(settings),
    ...(inTurn !== null && { fits: (range: PlaceRange) => inTurn.fits(range) }),
    async prepare(rows: Rows) {
      if (inTurn !== null && areLaidOut(rows)) await prepareInTurn(rows, inTurn);
      else for (const statement of printPreparation(rows)) await session.execute(statement, parameters);
    },
    rows: census,
    stream,
  };
}
