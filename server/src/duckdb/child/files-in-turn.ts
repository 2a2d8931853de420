/** The files of an order that cannot all be here at once: asked for by ranges of properties, and shown to the session that reads them. */

import { bytesOf, filesOf, type Turns } from '../../core/plan/files-in-turn.ts';
import type { PlaceRange } from '../../core/plan/rows.ts';
import type { AbsentFile, OrderSources } from '../protocol.ts';
import type { Session } from './session.ts';
import { createSourceView, type FileShapes } from './views.ts';

/** What is asked of the parent. */
export interface FileTalk {
  /** Resolves when the files are here, until they are let go. */
  hold(turn: number, keys: readonly string[]): Promise<void>;
  letGo(turn: number): void;
}

/** So many ranges are asked for before they are read. */
const AHEAD = 1;

export class FilesInTurn {
  readonly turns: Turns;
  readonly #tables: OrderSources['tables'];
  readonly #files: readonly AbsentFile[];
  readonly #shapes: FileShapes;
  readonly #talk: FileTalk;
  #asked = 0;

  constructor(turns: Turns, tables: OrderSources['tables'], shapes: FileShapes, talk: FileTalk) {
    this.turns = turns;
    this.#tables = tables;
    this.#files = Object.values(tables).flatMap(({ absent = [] }) => absent);
    this.#shapes = shapes;
    this.#talk = talk;
  }

  fits(range: PlaceRange): boolean {
    return bytesOf(filesOf(this.#files, range)) <= this.turns.mostBytes;
  }

  /** To be taken one after the other. The parent gets the requests in the order of the ranges, whoever asks first. */
  over(ranges: readonly PlaceRange[]): RangesInTurn {
    const held: { readonly turn: number; readonly here: Promise<void> }[] = [];
    const ask = (range: PlaceRange) => {
      const turn = this.#asked++;
      const here = this.#talk.hold(
        turn,
        filesOf(this.#files, range).map(({ key }) => key),
      );
      // Told to whoever reads the range.
      here.catch(() => undefined);
      held.push({ turn, here });
    };
    return {
      read: async (index, session, work) => {
        const range = ranges[index];
        if (range === undefined) throw new RangeError(`there is no range ${index} of ${ranges.length}`);
        for (const next of ranges.slice(held.length, index + AHEAD + 1)) ask(next);
        const mine = held[index];
        try {
          await mine?.here;
          await this.#show(session, range);
          return await work(range);
        } finally {
          if (mine !== undefined) this.#talk.letGo(mine.turn);
        }
      },
    };
  }

  /** The session sees of each table the files of the range, and no others. */
  async #show(session: Session, range: PlaceRange): Promise<void> {
    for (const [name, { columns, absent = [] }] of Object.entries(this.#tables)) {
      const paths = filesOf(absent, range).map(({ path }) => path);
      await createSourceView(session, this.#shapes, name, { columns, paths }, 'for this session');
    }
  }
}

export interface RangesInTurn {
  /** Has the files of a range here, and shown to the session, while the work is done. Each range is read once. */
  read<Result>(index: number, session: Session, work: (range: PlaceRange) => Promise<Result>): Promise<Result>;
}
