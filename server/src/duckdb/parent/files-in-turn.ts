/** An order whose files cannot all be at hand at once: what it is told of them, and those that its child has asked for. */
import { bytesOf, type Turns, takeTurns } from '../../core/plan/files-in-turn.ts';
import type { ExportPlan, SourceTable, TableFile } from '../../core/ports/engine.ts';
import { type ObjectCopies, type ObjectStore, tooLargeToHold } from '../../core/ports/store.ts';
import type { LocalTable } from '../protocol.ts';
import type { Provision, Wanted } from './provision.ts';

function filesIn(tables: Readonly<Record<string, SourceTable>>): ReadonlyMap<string, TableFile> {
  const files = Object.values(tables).flatMap((table) => table.files);
  return new Map(files.map((file) => [file.key, file]));
}

interface Files {
  readonly hold?: ObjectStore['hold'];
  readonly copies?: ObjectStore['copies'];
}

/** What an order is told. */
interface OpenTurns {
  readonly turns: Turns;
  readonly tables: Readonly<Record<string, LocalTable>>;
  readonly hold: ObjectStore['hold'];
}

/** Null where all files fit together. Throws where those of one property do not. */
export function openTurns({ hold, copies }: Files, { tables }: Pick<ExportPlan, 'tables'>): OpenTurns | null {
  if (hold === undefined || !copies) return null;
  const files = [...filesIn(tables).values()];
  const { maxBytes } = copies;
  if (bytesOf(files) <= maxBytes) return null;
  const turns = takeTurns(files, maxBytes);
  if (turns.mostBytes > maxBytes) throw tooLargeToHold(turns.mostBytes, maxBytes);
  return { turns, tables: absentTables(tables, copies), hold };
}

/** The tables with the places where their files will be. */
function absentTables(
  tables: Readonly<Record<string, SourceTable>>,
  copies: ObjectCopies,
): Readonly<Record<string, LocalTable>> {
  return Object.fromEntries(
    Object.entries(tables).map(([name, { columns, files }]) => {
      const absent = files.map(({ key, bytes, minPropertyId, maxPropertyId }) => ({
        key,
        bytes,
        ...(minPropertyId !== undefined && { minPropertyId }),
        ...(maxPropertyId !== undefined && { maxPropertyId }),
        path: copies.placeOf(key),
      }));
      const declared = columns.map((column) => ({ name: column.name, type: column.type }));
      return [name, { columns: declared, paths: absent.map(({ path }) => path), absent }];
    }),
  );
}

/**
 * What a child has asked for, in the order of its asking. It holds a turn while it asks for the next, which waits where there is no room:
 * only turns before it are waited for, so that the first that is held always comes to its end.
 */
export class HeldTurns implements Provision {
  readonly #files: ReadonlyMap<string, TableFile>;
  readonly #hold: ObjectStore['hold'];
  readonly #over = new AbortController();
  readonly #releases = new Map<number, () => void>();

  constructor(tables: Readonly<Record<string, SourceTable>>, hold: ObjectStore['hold']) {
    this.#files = filesIn(tables);
    this.#hold = hold;
  }

  /** Resolves when the files are here; also when the order has ended meanwhile. */
  async bring(wanted: Wanted): Promise<void> {
    if (wanted.kind !== 'hold') throw new TypeError('an order whose files are here fetches no rows');
    const { turn, keys } = wanted;
    const files = keys.flatMap((key) => this.#files.get(key) ?? []);
    const release = await this.#hold(files, this.#over.signal);
    if (this.#over.signal.aborted) release();
    else this.#releases.set(turn, release);
  }

  letGo(turn: number): void {
    this.#releases.get(turn)?.();
    this.#releases.delete(turn);
  }

  /** The order has ended. */
  close(): void {
    this.#over.abort(new Error('the order has ended'));
    for (const turn of [...this.#releases.keys()]) this.letGo(turn);
  }
}
