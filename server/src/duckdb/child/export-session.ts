import type { PlaceRange, Rows } from '../../core/plan/rows.ts';
import type { Parameters, Sink } from '../../core/ports/engine.ts';
import type { EngineSession, FileRows, PlaceCount } from '../../core/ports/engine-session.ts';
import { FILE, FROM_PLACE, printCensus, printPart, printPreparation, TO_PLACE } from '../print/rows.ts';
import { partPath } from '../protocol.ts';
import { copyStatement, ROWS_PER_PART } from './formats.ts';
import { partJoin } from './join-parts.ts';
import type { Session } from './session.ts';

/** The exporter's session. @param parameters those of the plan. */
export function exportSession(session: Session, parameters: Parameters): EngineSession {
  async function* census({ rows, file }: FileRows): AsyncGenerator<readonly PlaceCount[], void, undefined> {
    for await (const { chunk } of session.chunks(printCensus(rows), { ...parameters, [FILE]: file })) {
      // Whole numbers that a double holds: property ids are at most 2⁵³ − 1.
      yield chunk.getRows().map(([place, count]) => ({ place: BigInt(Number(place)), rows: Number(count) }));
    }
  }

  async function stream(
    { rows, file }: FileRows,
    ranges: readonly PlaceRange[],
    sink: Sink,
    onWritten: (range: number, rows: number) => void,
  ): Promise<void> {
    const part = printPart(rows);
    const { firstPart, join } = partJoin(session, sink);
    async function* written(): AsyncGenerator<string, void, undefined> {
      for (const [index, { from, to }] of ranges.entries()) {
        const path = index === 0 ? firstPart : partPath(sink);
        const statement = copyStatement(part, rows.columns, sink, { path, header: index === 0 });
        const bounds = { [FILE]: file, [FROM_PLACE]: from, [TO_PLACE]: to };
        const count = await session.execute(statement, { ...parameters, ...bounds });
        yield path;
        onWritten(index, count);
      }
    }
    await join(written());
  }

  return {
    rowsPerPart: ROWS_PER_PART,
    async prepare(rows: Rows) {
      for (const statement of printPreparation(rows)) await session.execute(statement, parameters);
    },
    rows: census,
    stream,
  };
}
