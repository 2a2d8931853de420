/** How requests of operators are read: pages by cursor, filters, and bodies, each with all its faults together. */
import { z } from 'zod';
import { refuseFaults } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import { isStorable } from '../../core/input/storable-text.ts';
import type { Place } from '../../core/ports/database/operator-jobs.ts';
import { integer, text, WHOLE_NUMBER } from '../fields.ts';

const DEFAULT_LIMIT = 50;
const MOST_A_PAGE = 100;

export function pageQuery(most: number = MOST_A_PAGE) {
  return z.object({
    limit: integer({ minimum: 1, maximum: most, default: DEFAULT_LIMIT, description: 'Rows at most.' }).optional(),
    cursor: text({ description: 'Of the page before: its `next_cursor`.' }).optional(),
  });
}

export const nextCursor = text({ description: 'Asks for the next page; null on the last.' }).nullable();

export type Query = Readonly<Record<string, string | undefined>>;

/** Collects what is wrong with a query, so that all faults are told together. */
export class QueryReader {
  readonly #query: Query;
  readonly #faults: string[] = [];

  constructor(query: Query) {
    this.#query = query;
  }

  limit(most: number = MOST_A_PAGE): number {
    const given = this.#query['limit'] ?? String(DEFAULT_LIMIT);
    const limit = WHOLE_NUMBER.test(given) ? Number(given) : 0;
    if (limit >= 1 && limit <= most) return limit;
    return this.#wrong(`limit must be an integer between 1 and ${most}`, DEFAULT_LIMIT);
  }

  cursor<Value>(schema: z.ZodType<Value>): Value | null {
    const given = this.#query['cursor'];
    if (given === undefined) return null;
    const read = schema.safeParse(decoded(given));
    if (read.success) return read.data;
    return this.#wrong('cursor is none that this list has given; leave it out to begin at the first page', null);
  }

  uuid(name: string): string | null {
    const given = this.#query[name];
    if (given === undefined) return null;
    return isUuid(given) ? given.toLowerCase() : this.#wrong(`${name} must be a valid UUID`, null);
  }

  text(name: string, longest: number): string | null {
    const given = this.#query[name];
    if (given === undefined || given === '') return null;
    const isGood = given.length <= longest && isStorable(given);
    return isGood ? given : this.#wrong(`${name} must be a text of at most ${longest} characters`, null);
  }

  /** Words separated by commas, out of a closed set. */
  words<Word extends string>(name: string, known: readonly Word[]): readonly Word[] {
    const given = (this.#query[name] ?? '').split(',').filter((word) => word !== '');
    const isKnown = (word: string): word is Word => (known as readonly string[]).includes(word);
    const unknown = given.find((word) => !isKnown(word));
    if (unknown !== undefined) this.#wrong(`${name} must be made of: ${known.join(', ')}`, null);
    return given.filter(isKnown);
  }

  instant(name: string): Date | null {
    const given = this.#query[name];
    if (given === undefined) return null;
    const read = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(given);
    if (read.success) return new Date(read.data);
    return this.#wrong(`${name} must be a day or an instant, such as 2026-11-01 or 2026-11-01T12:00:00Z`, null);
  }

  /** Throws `invalid_parameter` if anything was wrong. */
  done<Result>(result: Result): Result {
    refuseFaults(this.#faults);
    return result;
  }

  #wrong<Value>(fault: string, instead: Value): Value {
    this.#faults.push(fault);
    return instead;
  }
}

/** Opaque to whoever pages: only this file reads it. */
export function encodeCursor(values: readonly (string | number)[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(values));
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function decoded(cursor: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const placeSchema = z
  .tuple([z.int().nonnegative(), z.uuid()])
  .transform(([madeAt, id]): Place => ({ madeAt, id: id.toLowerCase() }));

export function readPlace(reader: QueryReader): Place | null {
  return reader.cursor(placeSchema);
}

/** Behind the last of a page that is full; null where there can be no further one. */
export function placeAfter(rows: readonly { readonly place: Place }[], limit: number): string | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < limit ? null : encodeCursor([last.place.madeAt, last.place.id]);
}
