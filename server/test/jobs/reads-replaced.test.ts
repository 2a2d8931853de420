/** What the reads that hold no version do when a load replaces the data between their look at it and their read. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DetailsSpec, Lookup } from '../../src/core/details.ts';
import type { ResolveRequest } from '../../src/core/file-job-spec.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import type { Program } from '../../src/core/ports/engine.ts';
import { EngineError } from '../../src/core/ports/engine-error.ts';
import type { ResultRow } from '../../src/core/rows.ts';
import { lookupProperties } from '../../src/properties/lookup.ts';
import { readProperty } from '../../src/properties/read-property.ts';
import { resolveProperty } from '../../src/properties/resolve-property.ts';
import { searchProperties } from '../../src/properties/search.ts';
import { asking } from '../support/asking.ts';
import { uuidOf } from '../support/file-jobs.ts';
import { type Load, type ReplacedData, replacedData } from './replaced-data.ts';

let data: ReplacedData;
beforeAll(async () => {
  data = await replacedData();
});
afterAll(() => data[Symbol.asyncDispose]());
// A version that nothing holds: the next load lets go of it.
beforeEach(() => data.replaceData());

type Answer = readonly ResultRow[] | Load;

/** An engine that gives these answers in turn; a load means that the files went away while they were read. */
function engineOf(answers: Answer[]) {
  async function read(): Promise<readonly ResultRow[]> {
    const answer = answers.shift() ?? [];
    if (typeof answer !== 'function') return answer;
    await answer();
    throw new EngineError('statement', 'no such file');
  }
  // What is asked is a program’s last step.
  return asking(async ({ steps }: Program) => [...steps.slice(1).map(() => []), await read()]);
}

function stage(answers: Answer[], loads: Load[] = []): { deps: Deps; caller: ReplacedData['caller'] } {
  const ports = data.ports('current', loads) as { readonly db: object };
  const { warehouse } = data.db;
  const looks = {
    get: warehouse.get.bind(warehouse),
    keep: warehouse.keep.bind(warehouse),
    async current() {
      const seen = await warehouse.current();
      await loads.shift()?.();
      return seen;
    },
  };
  const deps = {
    ...ports,
    db: { ...ports.db, warehouse: looks, audit: { append: async () => undefined } },
    engine: engineOf(answers),
    policy: { matchRadiusMeters: 75 },
  };
  // What these verbs use of each port; the compiler wants whole ports.
  return { deps: deps as unknown as Deps, caller: { ...data.caller, scopes: ['data:read'] } };
}

const replace = () => data.replaceData();
const QUERY: DetailsSpec = { detailTypes: ['basic'], filterPii: false, updated: null };
const RESOLVED: Answer = [{ file: 0, property_ids: [7] }];
const ANSWER: Answer = [{ status: 'MISS', reason: 'MISSING' }];
const ADDRESS: ResolveRequest = { mode: 'address', cells: { address_line_1: '1 Main St' } };
const ANY: Lookup = { texts: [], circle: null, page: { page: 1, perPage: 50 } };

describe('a read whose data is replaced under it', () => {
  it('answers from the new data: one property', async () => {
    const { deps, caller } = stage([RESOLVED, replace, RESOLVED, [{ id: 'of the new' }]]);
    expect(await readProperty(deps, caller, uuidOf(7), QUERY)).toEqual({ id: 'of the new' });
  });

  it('answers from the new data: an address', async () => {
    const { deps, caller } = stage([replace, ANSWER]);
    expect(await resolveProperty(deps, caller, ADDRESS)).toMatchObject({ missReason: 'MISSING' });
  });

  it('answers from the new data: a look-up', async () => {
    const { deps, caller } = stage([replace, [{ total: 1, property_id: 7 }]]);
    expect(await lookupProperties(deps, caller, ANY)).toMatchObject({ totalCount: 1, items: [{ id: 7 }] });
  });

  it('answers from the new data: the first page of a search', async () => {
    const { deps, caller } = stage([[{ count: 1, property_id: 7 }]], [replace]);
    expect(await searchProperties(deps, caller, { settings: {} }, null)).toMatchObject({ count: 1 });
  });

  it('is asked to come again when it happens twice', async () => {
    const { deps, caller } = stage([replace, replace]);
    await expect(resolveProperty(deps, caller, ADDRESS)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

it('a failure that no load explains is told as it is', async () => {
  const { deps, caller } = stage([async () => undefined]);
  await expect(readProperty(deps, caller, uuidOf(7), QUERY)).rejects.toBeInstanceOf(EngineError);
});
