/** Parameters of a query string that nobody reads: where leaving one out would widen the answer, it is refused. */
import type { Fault } from '../core/faults.ts';
import { isMisspelling } from '../core/input/nearest.ts';
import { type KnownNames, unknownNames } from '../core/input/unknown-fields.ts';

/**
 * `refused`: look-ups, searches, and lists with a filter, which a misspelt one would make answer with everything.
 * `refused-if-meant`: lists. A client’s own parameters are ignored, but not one that asks for a page, or for a filter by what is listed.
 */
export type UnknownQueryRule = 'refused' | 'refused-if-meant';

interface QueryTerms {
  readonly rule: UnknownQueryRule;
  readonly known: readonly string[];
  /** Fields of the rows that are answered with: what a list might be thought to be filtered by. */
  readonly rowFields: readonly string[];
  readonly bodyFields: readonly string[];
}

/** Parameters that ask other interfaces for a page. A client that goes through pages by one that is ignored never comes to the end. */
const PAGE_WORDS = new Set([
  'page',
  'per_page',
  'page_size',
  'pagesize',
  'page_number',
  'limit',
  'offset',
  'size',
  'count',
  'skip',
  'take',
  'cursor',
  'after',
  'sort',
  'order',
  'order_by',
  'sort_by',
  'search_token',
]);
const PAGES_BY = ['page', 'per_page', 'limit', 'offset', 'search_token'];

function isMeant(name: string, { known, rowFields }: QueryTerms): boolean {
  return isMisspelling(name, known) || rowFields.includes(name) || PAGE_WORDS.has(name.toLowerCase());
}

/** What the nearest known name does not say. */
function remarkOn(name: string, { known, rowFields, bodyFields, rule }: QueryTerms): string {
  if (bodyFields.includes(name)) return `; ${name} is a field of the body`;
  const pagesBy = PAGES_BY.filter((each) => known.includes(each));
  if (PAGE_WORDS.has(name.toLowerCase()) && pagesBy.length > 0)
    return `; pages are asked for by ${pagesBy.join(' and ')}`;
  return rule === 'refused-if-meant' && rowFields.includes(name) ? '; the list has no such filter' : '';
}

/** A fault for each parameter of the query that the operation does not know and may not leave out. */
export function unknownQueryFaults(names: readonly string[], terms: QueryTerms): readonly Fault[] {
  const among: KnownNames = { of: 'the query', kind: 'parameter', known: terms.known };
  return names
    .filter((name) => !terms.known.includes(name) && (terms.rule === 'refused' || isMeant(name, terms)))
    .flatMap((name) => {
      const remark = remarkOn(name, terms);
      return unknownNames([name], remark === '' ? among : { ...among, known: [] }).map(
        (fault) => () => `${typeof fault === 'string' ? fault : fault()}${remark}`,
      );
    });
}

/** The faults of known parameters that came more than once: of two values nobody knows which was meant. */
export function repeatedFaults(counts: ReadonlyMap<string, number>, known: readonly string[]): readonly Fault[] {
  return known.flatMap((name) => {
    const count = counts.get(name) ?? 0;
    return count > 1 ? [`the query has ${name} ${count} times; give it once`] : [];
  });
}
