/** Rows of a file to table `verdicts`, against the index in tables of a real engine. */
import { expect, test } from 'vitest';
import type { DataSession } from '../../src/core/ports/procedure.ts';
import type { Row } from '../../src/core/rows.ts';
import { matchAddresses, matchPoints } from '../../src/matching/decide/match.ts';
import { matchAddressTable, matchPointTable } from '../../src/matching/decide/match-tables.ts';
import type { Verdict } from '../../src/matching/decide/verdict.ts';
import { streetKey } from '../../src/matching/index/keys.ts';
import { RowReader } from '../../src/matching/read/row.ts';
import { type Watched, withIndex } from './index-desk.ts';
import { createMemoryIndex } from './memory-index.ts';
import { PROPERTIES, row, TOWN } from './town.ts';

const EXPLAINED = { grantedOnly: false, explain: true } as const;
const BRIEF = { grantedOnly: false, explain: false } as const;

const VERDICTS = 'SELECT * FROM verdicts ORDER BY row';

function explained(
  { status, reason, propertyId, confidence, codes, matchedAddress, candidates }: Verdict,
  number: number,
): Row {
  return [
    number,
    status,
    reason,
    propertyId,
    confidence,
    codes.join(' '),
    matchedAddress,
    candidates.map((candidate) => candidate.propertyId),
  ];
}

const CELLS: readonly Row[] = [
  ['120 Wellington St', 'Millbrook', 'OH', '44999'],
  ['120 Wellington St', '', 'OH', ''],
  ['120 Wellingtn St', 'Millbrook', 'OH', '44999'],
  ['120 Wellington Street', 'Port Ellis', 'OH', '44999'],
  ['300-306 Quincy Blvd', 'Millbrook', 'OH', '44999'],
  ['302 Quincy Blvd', 'Millbrook', 'OH', '44999'],
  ['640 Kingfisher Way', 'Millbrook', 'OH', '44999'],
  ['700 Cannery Row', 'Millbrook', 'OH', '44999'],
  ['200 Harbor Ave', 'Millbrook', 'OH', '44999'],
  ['14 Larkspur Ln', 'Millbrook', 'OH', '44999'],
  ['500 Birchwood Dr', 'Millbrook', 'OH', '44999'],
  ['2 Foundry Sq', 'Millbrook', 'OH', '44999'],
  ['88-82 Elderberry Ave', 'Flushing', 'NY', '11354'],
  ['1 Nowhere St', 'Millbrook', 'OH', '44999'],
  ['PO Box 5', 'Millbrook', 'OH', '44999'],
];

/** As the procedure reads the cells. */
const asRow = ([address, city, state, zip]: Row) => row(String(address), String(city), String(state), String(zip));

test('the tables answer as an index in memory does, whatever rows are asked together', async () => {
  for (const cells of [CELLS, CELLS.toReversed(), CELLS.slice(2, 3)]) {
    await withIndex(PROPERTIES, [cells], async ({ session, all }) => {
      await matchAddressTable(new RowReader())(session, EXPLAINED);
      expect(await all(VERDICTS)).toEqual((await matchAddresses(cells.map(asRow), TOWN)).map(explained));
    });
  }
});

test('without the evidence a verdict is its first half', async () => {
  await withIndex(PROPERTIES, [CELLS.slice(0, 4), CELLS.slice(4)], async ({ session, all }) => {
    await matchAddressTable(new RowReader())(session, BRIEF);
    const verdicts = await matchAddresses(CELLS.map(asRow), TOWN);
    expect(await all(VERDICTS)).toEqual(verdicts.map((verdict, number) => explained(verdict, number).slice(0, 4)));
    const columns = await all("SELECT column_name FROM duckdb_columns() WHERE table_name = 'verdicts'");
    expect(columns.flat()).toEqual(['row', 'status', 'reason', 'property_id']);
    await matchAddressTable(new RowReader())(session, EXPLAINED);
    const more = await all("SELECT column_name FROM duckdb_columns() WHERE table_name = 'verdicts'");
    expect(more.flat().slice(4)).toEqual(['confidence', 'codes', 'matched_address', 'candidates']);
  });
});

test('properties that the account may not see do not exist', async () => {
  const granted = createMemoryIndex(PROPERTIES.filter(({ propertyId }) => propertyId === 1 || propertyId > 40));
  await withIndex(PROPERTIES, [CELLS], async ({ session, all }) => {
    await matchAddressTable(new RowReader())(session, { ...EXPLAINED, grantedOnly: true });
    // That a street or a town exists is told of all properties.
    const expected = await matchAddresses(CELLS.map(asRow), { ...granted, known: TOWN.known });
    expect(await all(VERDICTS)).toEqual(expected.map(explained));
    // Control: the others have answers.
    expect(expected).not.toEqual(await matchAddresses(CELLS.map(asRow), TOWN));
  });
});

test('cells that are absent are empty', async () => {
  await withIndex(
    PROPERTIES,
    [
      [
        ['120 Wellington St, Millbrook, OH 44999', null, null, null],
        [null, null, null, null],
      ],
    ],
    async ({ session, all }) => {
      await matchAddressTable(new RowReader())(session, BRIEF);
      expect(await all(VERDICTS)).toEqual([
        [0, 'OK', null, 1],
        [1, 'MISS', 'Unrecognized address', null],
      ]);
    },
  );
});

test('a street that is known is meant as typed', async () => {
  const [like] = PROPERTIES;
  if (like === undefined) throw new Error('no property');
  const known = { ...like, propertyId: 90, addresses: ['122 Wellingtom Street'] };
  const asked: Row = ['120 Wellingtom St', 'Millbrook', 'OH', '44999'];
  for (const [properties, expected] of [
    [
      [...PROPERTIES, known],
      [0, 'MISS', 'MISSING', null],
    ],
    [PROPERTIES, [0, 'OK', null, 1]],
  ] as const) {
    await withIndex(properties, [[asked]], async ({ session, all }) => {
      await matchAddressTable(new RowReader())(session, BRIEF);
      expect(await all(VERDICTS)).toEqual([expected]);
    });
  }
});

test('cells that are absent contradict nothing', async () => {
  const cells = [
    ['120 Wellington St', null, null, '44999'],
    ['120 Wellington St', 'Millbrook', 'OH', null],
  ];
  await withIndex(PROPERTIES, [cells], async ({ session, all }) => {
    await matchAddressTable(new RowReader())(session, EXPLAINED);
    const empty = cells.map((row) => asRow(row.map((cell) => cell ?? '')));
    expect(await all(VERDICTS)).toEqual((await matchAddresses(empty, TOWN)).map(explained));
  });
});

test('points are looked up by distance, beside properties without one', async () => {
  const located = PROPERTIES.map((property) => {
    if (property.propertyId > 3) return property;
    return { ...property, latitude: 41 + property.propertyId / 10_000, longitude: -82 };
  });
  const points: Row[] = [
    ['41.0001', '-82'],
    ['41.00021', '-82'],
    ['50', '8'],
    ['', null],
  ];
  const source = createMemoryIndex(located);
  const asked = points.map(([latitude, longitude]) => ({
    latitude: String(latitude),
    longitude: String(longitude ?? ''),
  }));
  await withIndex(located, [points], async ({ session, all }) => {
    for (const radiusMeters of [75, 1]) {
      await matchPointTable(session, { ...EXPLAINED, radiusMeters });
      expect(await all(VERDICTS)).toEqual((await matchPoints(asked, radiusMeters, source)).map(explained));
    }
    expect((await all(VERDICTS)).map(([, status, , propertyId]) => [status, propertyId])).toEqual([
      ['OK', 1],
      ['MISS', null],
      ['MISS', null],
      ['MISS', null],
    ]);
    await matchPointTable(session, { ...BRIEF, grantedOnly: true, radiusMeters: 75 });
    expect(await all('SELECT property_id FROM verdicts ORDER BY row')).toEqual([[1], [1], [null], [null]]);
  });
});

test('a key that is small enough to be a number is a key like others', async () => {
  const [like] = PROPERTIES;
  if (like === undefined) throw new Error('no property');
  const isSmall = (house: number) =>
    BigInt.asIntN(54, streetKey(String(house), 'LARKSPUR', like.zip)) ===
    streetKey(String(house), 'LARKSPUR', like.zip);
  const house = Array.from({ length: 30_000 }, (_, index) => index + 1).find(isSmall);
  await withIndex(
    [{ ...like, addresses: [`${house} Larkspur Ln`] }],
    [[[`${house} Larkspur Ln`, '', '', like.zip]]],
    async ({ session, all }) => {
      await matchAddressTable(new RowReader())(session, BRIEF);
      expect(await all(VERDICTS)).toEqual([[0, 'OK', null, like.propertyId]]);
    },
  );
});

test('an index of another kind is refused', async () => {
  await withIndex(PROPERTIES, [CELLS], async ({ session }) => {
    const strange: DataSession = {
      ...session,
      async *read(sql) {
        const isKeyed = sql.startsWith('SELECT k.key');
        for await (const rows of session.read(sql))
          yield isKeyed ? rows.map(([, ...values]) => ['key', ...values]) : rows;
      },
    };
    await expect(matchAddressTable(new RowReader())(strange, BRIEF)).rejects.toThrow(
      'a key of the match index is no integer',
    );
  });
});

test('nothing is asked for rows that are no addresses', async () => {
  await withIndex(PROPERTIES, [[['PO Box 5', '', '', '']]], async ({ session, watched, all }) => {
    await matchAddressTable(new RowReader())(session, BRIEF);
    expect(watched).toEqual({ read: [], made: [['verdicts', [1]]] });
    expect(await all(VERDICTS)).toEqual([[0, 'MISS', 'Unrecognized address', null]]);
  });
});

test('few keys are looked up by the rows that they find, many by reading all', async () => {
  const wide = (index: number): Row => [
    `${2 * index + 1001}-${2 * index + 1119} Nowhere${index} St`,
    '',
    'OH',
    '44999',
  ];
  const rowReads = (watched: Watched) => watched.read.filter((sql) => sql.includes('m.property_id'));
  await withIndex(PROPERTIES, [[['120 Wellington St', '', '', '44999']]], async ({ session, watched }) => {
    await matchAddressTable(new RowReader())(session, BRIEF);
    expect(rowReads(watched)).toEqual([expect.stringMatching(/ WHERE m\.row_id IN \(\d+\)$/)]);
  });
  await withIndex(PROPERTIES, [[['5 Nowhere St', '', '', '44999']]], async ({ session, watched }) => {
    await matchAddressTable(new RowReader())(session, BRIEF);
    expect(rowReads(watched)[0]).toMatch(/ WHERE false$/);
  });
  await withIndex(
    PROPERTIES,
    [Array.from({ length: 180 }, (_, index) => wide(index))],
    async ({ session, watched }) => {
      await matchAddressTable(new RowReader())(session, BRIEF);
      for (const sql of rowReads(watched)) expect(sql).not.toContain('WHERE');
      const lookUps = watched.made.filter(([name]) => name === 'looked_up').map(([, appended]) => appended);
      // Each no more at a time than the engine takes well, and with nothing left out.
      expect(Math.max(...lookUps.flat())).toBe(20_000);
      expect(lookUps[0]?.length).toBe(2);
      expect(Math.max(...lookUps.map((appended) => appended.reduce((sum, count) => sum + count)))).toBeGreaterThan(
        20_000,
      );
    },
  );
});

test('few keys that find very many rows are looked up by reading all', async () => {
  const [like] = PROPERTIES;
  if (like === undefined) throw new Error('no property');
  const tower = Array.from({ length: 1001 }, (_, index) => ({ ...like, propertyId: index + 1 }));
  for (const [count, expected] of [
    [1000, true],
    [1001, false],
  ] as const) {
    await withIndex(
      tower.slice(0, count),
      [[['120 Wellington St', '', '', like.zip]]],
      async ({ session, watched, all }) => {
        await matchAddressTable(new RowReader())(session, BRIEF);
        const [first] = watched.read.filter((sql) => sql.includes('m.property_id'));
        expect(first?.includes('WHERE m.row_id IN')).toBe(expected);
        expect(await all(VERDICTS)).toEqual([[0, 'PARTIAL', null, 1]]);
      },
    );
  }
});
