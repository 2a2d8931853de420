/** Whose name it is, as the engine judges it: a person's name must not pass for an organization's, nor the other way round without need. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { column as cell, type Expression } from '../../src/core/plan/expression.ts';
import { queryRows } from '../../src/core/ports/engine.ts';
import { isPerson, isPersonsName, maySpeakOfPerson, PARTY_KINDS } from '../../src/reports/details/parties.ts';
import { column, type EngineWorld, never, openEngineWorld } from './engine-world.ts';
import { givenPlan } from './plans.ts';

let world: EngineWorld;
beforeAll(async () => {
  world = await openEngineWorld();
});
afterAll(() => world.close());

const COLUMNS = [column('property_id', 'id'), column('text', 'text'), column('kind', 'text')];
const TEXT = cell('t', 'text');

/** The texts for which the condition holds. */
async function chosen(condition: Expression, rows: readonly (readonly [text: string | null, kind: string | null])[]) {
  const {
    rows: asked,
    columns: _,
    ...sources
  } = givenPlan(COLUMNS, [rows.map(([text, kind], index) => [index, text, kind])], {
    columns: [
      { name: 'text', type: 'text', value: TEXT },
      { name: 'holds', type: 'boolean', value: condition },
    ],
  });
  const question = { ask: 'part', rows: asked, range: { from: 0, to: 1000 } } as const;
  const found = await queryRows(world.engine, { ...sources, question }, { signal: never });
  expect(found.every(({ holds }) => typeof holds === 'boolean')).toBe(true);
  return found.filter(({ holds }) => holds === true).map(({ text }) => text);
}

const PEOPLE = [
  'Jane Roe',
  'ROE JANE',
  'Roe, Jane Q.',
  'Roe L.P.W.',
  'L.P. Hartley',
  'Žofia Dunmarbeck',
  'Søren Osiermere',
  "D'Anselm Quillvale",
  'Dr. Jane Roe, D.D.S.',
  'Jane Roe Jr.',
  'Mary Church',
  'John Banks',
  'Ann Kitchen',
  'Robert Service',
  'ROE JANE & ROE JOHN',
  'JANE ROE ET AL',
  'ESTATE OF JANE ROE',
  'The Roe Family Trust',
  'JANE ROE REVOCABLE LIVING TRUST',
  'Jane Roe Trust',
  'JANE ROE TRUSTEE C/O FIRST SAVINGS BANK',
  'Jane Roe DBA Roe Plumbing LLC',
  'Law Offices of Jane Roe, P.L.L.C.',
  'Incarnacion Limitado',
  '李明',
  '',
];
const ORGANIZATIONS = [
  'Ambrymere Holdings LLC',
  'AMBRYMERE, L.L.C.',
  'Ambrymere L L C',
  'Ambrymere, LP',
  'Ambrymere L.P.',
  'Osier Apartment Trust, Inc.',
  'Osier Pension Fund',
  'Kestrel Residential',
  'Kestrel & Daughters',
  'Kestrel Property Group',
  'QUILLVALE SAVINGS BANK',
  'Quillvale Savings Bank ISAOA',
  'Quillvale Mortgage Trust',
  'Quillvale Bank, N.A.',
  'Umberfold Dental',
  'Umberfold Partners',
  'City of Atlanta',
  'County of Travis',
  'First Baptist Church of Macon',
  'Société Générale Inc',
  'Smith&Sons Lumber',
];

describe('a name', () => {
  it('is a person’s unless it is recognizably an organization’s', async () => {
    const all = [...PEOPLE, ...ORGANIZATIONS].map((name) => [name, null] as const);
    expect(await chosen(isPersonsName(TEXT), [...all, [null, null]])).toEqual([...PEOPLE, null]);
  });

  it('of a party of known kind is what the kind says, but for names that speak of a person', async () => {
    const kind = cell('t', 'kind');
    const plain = (of: string): readonly [string, string] => ['Ambrymere', of];
    expect((await chosen(isPerson(kind, TEXT), PARTY_KINDS.map(plain))).length).toBe(3);
    const rows = [
      ['Ambrymere Holdings LLC', 'individual'],
      ['Ambrymere', 'company'],
      ['Ambrymere', 'government'],
      ['Ambrymere', 'nonprofit'],
      ['Ambrymere', 'trust'],
      ['Osier Apartment Trust, Inc.', 'trust'],
      ['Ambrymere', 'other'],
      ['Ambrymere Holdings LLC', 'other'],
      ['Jane Roe et al', 'company'],
      ['Ambrymere Holdings LLC', null],
      ['Jane Roe', null],
      [null, null],
      [null, 'company'],
    ] as const;
    expect(await chosen(isPerson(kind, TEXT), rows)).toEqual([
      'Ambrymere Holdings LLC',
      'Ambrymere',
      'Ambrymere',
      'Jane Roe et al',
      'Jane Roe',
      null,
    ]);
  });
});

describe('a description of land', () => {
  const SPEAKING = [
    'LOT 4 BLK 2 JANE ROE ADDITION',
    'BEGINNING AT THE NORTH LINE OF LAND NOW OR FORMERLY OF JANE ROE',
    'Jane Roe',
    'ROE JANE, LOT 3',
  ];
  const PLAIN = [
    'LOT 12 BLOCK 3 OSIERMERE ADDITION',
    'N1/2 OF SW 1/4 SEC 12 T2N R3W, 40 AC M/L',
    'UNIT 4B CEDAR CREEK CONDOMINIUM PHASE II, PLAT BOOK 12 PG 4',
    'S 50 FT OF LOT 7, ALL OF LOT 8',
  ];
  it('may speak of a person when two of its words are none about land', async () => {
    const rows = [...SPEAKING, ...PLAIN, null].map((text) => [text, null] as const);
    expect(await chosen(maySpeakOfPerson(TEXT), rows)).toEqual(SPEAKING);
  });
});
