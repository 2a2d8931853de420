/** What a list means, with tables that are literals and an engine that answers what the test says. */
import { describe, expect, it } from 'vitest';
import { MAX_PROPERTY_IDS } from '../../src/core/ids/property-id-listing.ts';
import { encodePropertyIds, PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { SavedList } from '../../src/core/lists/saved-list.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import type { Ask } from '../../src/core/ports/engine.ts';
import type { Value } from '../../src/core/rows.ts';
import { countNow, resolveList } from '../../src/properties/lists/resolve.ts';

const ACCOUNT = 'a';
const NO_ENGINE: Ask = () => Promise.reject(new Error('the engine was asked'));

function list(changes: Partial<SavedList>): SavedList {
  const at = new Date(0);
  return {
    ...{ accountId: ACCOUNT, id: 'b', name: 'Texas', filter: null, propertyCount: null, createdAt: at, updatedAt: at },
    ...changes,
  };
}

interface Stage {
  readonly known: Iterable<number>;
  readonly grants?: Grants;
  readonly list?: SavedList;
  readonly ids?: readonly number[];
}

function stage({ known, grants = 'all', list: saved, ids = [] }: Stage): Pick<Deps, 'db'> {
  const version = { version: 7, tables: {} };
  const db = {
    warehouse: { current: async () => version, propertyIds: async () => PropertyIdSet.of(known) },
    accounts: { grants: async () => grants },
    lists: {
      find: async (_account: string, name: string) => (saved && [saved.id, saved.name].includes(name) ? saved : null),
      names: async () => (saved ? [saved.name] : []),
      propertyIds: async () => encodePropertyIds(ids, ids.length),
    },
  };
  // What resolving uses of each store; the compiler wants whole ones.
  return { db } as unknown as Pick<Deps, 'db'>;
}

function answering(ids: readonly Value[]): { readonly ask: Ask; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const ask: Ask = async ({ steps, inputs }) => {
    asked.push({ steps, inputs: Object.keys(inputs) });
    return [[{ ids }]];
  };
  return { ask, asked };
}

function* upTo(count: number): Generator<number> {
  for (let id = 1; id <= count; id++) yield id;
}

async function resolved(of: Stage, name: string, ask: Ask = NO_ENGINE) {
  const { propertyIds, warnings, list: chosen, version } = await resolveList(stage(of), ACCOUNT, name, ask);
  return { ids: [...propertyIds], warnings, chosen, version: version.version };
}

describe('a list', () => {
  it('of ids has those that exist and are granted, in their order, and tells the others', async () => {
    const of = { known: [1, 2, 3], grants: PropertyIdSet.of([3, 1, 9]), list: list({}), ids: [3, 2, 1, 9] };
    expect(await resolved(of, 'Texas')).toEqual({
      ids: [3, 1],
      chosen: of.list,
      version: 7,
      warnings: [
        '2 of the 4 properties of the list Texas are left out, because they are no longer in the data, or not among those that your account may see: 2, 9',
      ],
    });
    expect(await countNow(stage(of), ACCOUNT, { propertyList: 'b' }, NO_ENGINE)).toEqual({ count: 2, leftOut: 2 });
  });

  it('names the first twenty of many that are gone', async () => {
    const { warnings } = await resolved({ known: [1], list: list({}), ids: [...upTo(30)] }, 'Texas');
    expect(warnings).toEqual([expect.stringMatching(/^29 of the 30 properties .* 20, 21, …$/)]);
  });

  it('that is everything has what is granted of what exists', async () => {
    expect(await resolved({ known: [1, 2, 3] }, '@all')).toMatchObject({ ids: [1, 2, 3], chosen: { id: null } });
    const granted = { known: [1, 2, 3], grants: PropertyIdSet.of([2, 9]) };
    expect(await resolved(granted, '@all')).toMatchObject({ ids: [2], warnings: [] });
  });

  it('by a filter has what the engine finds of what is granted', async () => {
    const filter = list({ filter: "state = 'TX' AND unit_count >= 50" });
    const { ask, asked } = answering([1, 3]);
    expect(await resolved({ known: [1, 2, 3], list: filter }, 'Texas', ask)).toMatchObject({
      ids: [1, 3],
      warnings: [],
    });
    await resolved({ known: [1, 2, 3], list: filter, grants: PropertyIdSet.of([1, 3]) }, 'Texas', ask);
    expect(asked).toMatchObject([
      { inputs: [], steps: [{ parameters: { condition_1: 'TX', condition_2: 50 } }] },
      { inputs: ['granted'], steps: [{ question: { where: { node: 'all' } } }] },
    ]);
  });

  it.each([
    [{ known: [1], list: list({}), ids: [2] }, 'Texas', 'none of its properties is in the data'],
    [{ known: [1], list: list({ filter: 'unit_count > 9' }) }, 'Texas', 'meets its filter now: unit_count > 9'],
    [{ known: [1], grants: PropertyIdSet.of([2]) }, '@all', 'there is no property that your account may see'],
    [{ known: [1], list: list({}) }, 'Texsa', 'property_list: your account has no list Texsa (nearest: Texas)'],
    [{ known: [1] }, '@al', 'your account has no list @al (nearest: @all)'],
  ])('of nothing is refused: %#', async (of, name, message) => {
    await expect(resolved(of, name, answering([]).ask)).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: expect.stringContaining(message),
    });
  });

  it('of more than a job takes is refused, and one of as many is not', async () => {
    const many = MAX_PROPERTY_IDS + 1;
    const message = (what: string, count: string) =>
      `property_list ${what} has ${count} properties, and an export takes at most ${MAX_PROPERTY_IDS}: divide it into several lists`;
    await expect(resolved({ known: upTo(many) }, '@all')).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: message('@all', String(many)),
    });
    const filter = { known: [], list: list({ filter: 'unit_count > 1' }) };
    await expect(resolved(filter, 'Texas', answering([...upTo(many)]).ask)).rejects.toMatchObject({
      message: message('Texas', `more than ${MAX_PROPERTY_IDS}`),
    });
    expect((await resolved({ known: upTo(MAX_PROPERTY_IDS) }, '@all')).ids).toHaveLength(MAX_PROPERTY_IDS);
  });
});
