/** The exporter's session where the rows were found elsewhere: they come part by part, as files that are asked for. */
import type { TwoSteps } from '../../core/plan/found-rows.ts';
import type { PlaceRange } from '../../core/plan/rows.ts';
import type { FileForm, Parameters } from '../../core/ports/engine.ts';
import type { EngineSession, FileRows, FoundPart, PlaceCount, Told } from '../../core/ports/engine-session.ts';
import { unpackBatch } from '../pack.ts';
import { printFoundRows } from '../print/found-rows.ts';
import { type ChildSettings, countsOf, fetchedPath, type PackedBatch } from '../protocol.ts';
import type { Cage } from './cage.ts';
import { flow } from './file-flow.ts';
import { copyStatement, rowsPerPart } from './formats.ts';
import type { WritePart } from './parts-at-a-time.ts';

/** What is asked of the parent. */
export interface FetchTalk {
  /** Resolves when the rows are here, until they are let go. */
  fetch(turn: number, part: FoundPart): Promise<void>;
  letGo(turn: number): void;
}

interface Exporting {
  readonly cage: Cage;
  readonly settings: ChildSettings;
  /** Those of the plan. */
  readonly parameters: Parameters;
  readonly openPart: (file: number, pipe: number) => Promise<void>;
  readonly found: TwoSteps;
  readonly conversation: FetchTalk & { nextBatch(table: string): Promise<PackedBatch | null> };
}

/** So many parts are asked for before they are written: while one is sorted elsewhere, another one is on its way. */
const AHEAD = 2;

/** Parts to be taken in their order: the parent is asked for each before it is wanted. */
class Fetching {
  readonly #parts: readonly FoundPart[];
  readonly #talk: FetchTalk;
  readonly #firstTurn: number;
  readonly #asked: Promise<void>[] = [];

  constructor(parts: readonly FoundPart[], talk: FetchTalk, firstTurn: number) {
    this.#parts = parts;
    this.#talk = talk;
    this.#firstTurn = firstTurn;
  }

  async take<Result>(index: number, work: (turn: number) => Promise<Result>): Promise<Result> {
    for (const part of this.#parts.slice(this.#asked.length, index + AHEAD + 1)) {
      const asked = this.#talk.fetch(this.#firstTurn + this.#asked.length, part);
      // Told to whoever takes the part.
      asked.catch(() => undefined);
      this.#asked.push(asked);
    }
    const turn = this.#firstTurn + index;
    try {
      await this.#asked[index];
      return await work(turn);
    } finally {
      this.#talk.letGo(turn);
    }
  }
}

export function foundSession({ cage, settings, parameters, openPart, found, conversation }: Exporting): EngineSession {
  let turns = 0;

  async function* counts({ file }: FileRows): AsyncGenerator<readonly PlaceCount[], void, undefined> {
    for (;;) {
      const batch = await conversation.nextBatch(countsOf(file));
      cage.session.throwIfCancelled();
      if (batch === null) return;
      yield unpackBatch(batch).map(([place, rows]) => ({ place: BigInt(Number(place)), rows: Number(rows) }));
    }
  }

  async function stream(
    { rows, file }: FileRows,
    ranges: readonly PlaceRange[],
    form: FileForm,
    { onWritten, onCome }: Told,
  ): Promise<void> {
    const parts = new Fetching(
      ranges.map((range) => ({ file, range })),
      conversation,
      turns,
    );
    turns += ranges.length;
    const writePart: WritePart = (index, path, writer) =>
      parts.take(index, async (turn) => {
        writer.throwIfCancelled();
        const part = printFoundRows(found, fetchedPath(settings, turn));
        const statement = copyStatement(part, rows.columns, form, { path, header: index === 0 });
        onWritten(index, await writer.execute(statement, parameters));
      });
    await flow({
      cage,
      settings,
      form,
      parts: ranges.length,
      writePart,
      open: (pipe) => openPart(file, pipe),
      onRows: onCome,
    });
  }

  return { rowsPerPart: rowsPerPart(settings), prepare: async () => undefined, rows: counts, stream };
}
