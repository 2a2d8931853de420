import type { PlaceRange, Rows } from '../../core/plan/rows.ts';
import type { FileForm, Parameters } from '../../core/ports/engine.ts';
import type { EngineSession, FileRows, PlaceCount } from '../../core/ports/engine-session.ts';
import { FILE, FROM_PLACE, printCensus, printPart, printPreparation, TO_PLACE } from '../print/rows.ts';
import type { ChildSettings } from '../protocol.ts';
import type { Cage } from './cage.ts';
import { flow } from './file-flow.ts';
import { copyStatement, rowsPerPart } from './formats.ts';
import type { WritePart } from './parts-at-a-time.ts';

interface Exporting {
  readonly cage: Cage;
  readonly settings: ChildSettings;
  /** Those of the plan. */
  readonly parameters: Parameters;
  /** Resolves when the parent reads the next part of the file through this pipe. */
  readonly openPart: (file: number, pipe: number) => Promise<void>;
}

/** The exporter's session. */
export function exportSession({ cage, settings, parameters, openPart }: Exporting): EngineSession {
  const { session } = cage;
  async function* census({ rows, file }: FileRows): AsyncGenerator<readonly PlaceCount[], void, undefined> {
    for await (const { chunk } of session.chunks(printCensus(rows), { ...parameters, [FILE]: file })) {
      // Whole numbers that a double holds: property ids are at most 2⁵³ − 1.
      yield chunk.getRows().map(([place, count]) => ({ place: BigInt(Number(place)), rows: Number(count) }));
    }
  }

  async function stream(
    { rows, file }: FileRows,
    ranges: readonly PlaceRange[],
    form: FileForm,
    onWritten: (range: number, rows: number) => void,
  ): Promise<void> {
    const part = printPart(rows);
    const writePart: WritePart = async (index, path, writer) => {
      const { from, to } = ranges[index] ?? { from: 1, to: 0 };
      const statement = copyStatement(part, rows.columns, form, { path, header: index === 0 });
      const bounds = { [FILE]: file, [FROM_PLACE]: from, [TO_PLACE]: to };
      onWritten(index, await writer.execute(statement, { ...parameters, ...bounds }));
    };
    const open = (pipe: number) => openPart(file, pipe);
    await flow({ cage, settings, form, parts: ranges.length, writePart, open });
  }

  return {
    rowsPerPart: rowsPerPart(settings),
    async prepare(rows: Rows) {
      for (const statement of printPreparation(rows)) await session.execute(statement, parameters);
    },
    rows: census,
    stream,
  };
}
