/** The values of a person in tables: how they are compared, what of a row goes with them, and that later changes do not bring them back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Expression, literal } from '../../src/core/plan/expression.ts';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { describeValues, findListed } from '../../src/warehouse/erase/erased-list.ts';
import { personalColumns } from '../../src/warehouse/erase/personal-sql.ts';
import { foundIn, searchVersions } from '../../src/warehouse/erase/search.ts';
import { planRollback, rollBack } from '../../src/warehouse/history/rollback.ts';
import { eraseFromCurrent } from '../../src/warehouse/remove/erase-values.ts';
import { planRemoval, removeRows } from '../../src/warehouse/remove/remove-rows.ts';
import { rewriteFile } from '../../src/warehouse/rewrite/store-rows.ts';
import { TABLES, type Table, type TableColumn, type TableName } from '../../src/warehouse/tables.ts';
import { openWorld, openWorldEngine, type World, type WorldEngine } from './world.ts';

const WATCH = { signal: new AbortController().signal };
const JANE = 'Jane Q. Doe';

let engine: WorldEngine;
let world: World;
beforeAll(async () => {
  engine = await openWorldEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  await world?.close();
  world = await openWorld({ shared: engine });
  await world.load([
    await world.write(
      'properties.csv',
      'property_id,city,owner_name,property_name\n1,Rome,jane  q. DOE,Doe House\n2,Oslo,Acme LLC,\n',
    ),
  ]);
});
afterAll(() => world?.close());

const json = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');

async function list(...values: readonly string[]): Promise<readonly string[]> {
  const described = await describeValues(world.deps, values, WATCH);
  await world.deps.db.erasures.begin('a test', described);
  return described.map(({ compared }) => compared);
}

/** Lists the values and takes them out of what is current. */
async function erase(...values: readonly string[]): Promise<DataVersion | null> {
  return eraseFromCurrent(world.deps, await list(...values), 'a test', WATCH);
}

async function found(...values: readonly string[]) {
  const version = await world.deps.db.warehouse.current();
  if (version === null) throw new Error('nothing is loaded');
  const compared = (await describeValues(world.deps, values, WATCH)).map((each) => each.compared);
  return foundIn(version, await searchVersions(world.deps, [version], compared, WATCH));
}

const owners = () => world.rows('properties', 'SELECT owner_name AS owner FROM properties ORDER BY property_id');

describe('values are compared', () => {
  it('whole, without regard to case, blanks, and how accents are encoded; with regard to all else', async () => {
    const describe = async (text: string) => (await describeValues(world.deps, [text], WATCH))[0]?.compared;
    const same = [' Ana\u00a0 GARC\u00cdA', 'ana garci\u0301a', 'ANA\tGARC\u00cdA '];
    expect(new Set(await Promise.all(same.map(describe)))).toEqual(new Set(['ana garc\u00eda']));
    expect(await describe('Ana Garcia')).toBe('ana garcia');
    expect(await describe('A.B. "O\'Neil"')).toBe('a.b. "o\'neil"');
    expect(await describeValues(world.deps, ['  ', '\t'], WATCH)).toEqual([]);
  });

  it('and found by table and column, where a longer text is another value', async () => {
    expect(await found(JANE)).toEqual([{ table: 'properties', column: 'owner_name', rows: 1 }]);
    expect(await found('Doe')).toEqual([]);
    expect(await found('Rome')).toEqual([]);
  });

  it('with keyed hashes: neither they nor the sieve are those of another key', async () => {
    const [mine] = await describeValues(world.deps, [JANE], WATCH);
    const other = { ...world.deps, erasureSigner: { ...world.deps.erasureSigner, hash: () => new Uint8Array(32) } };
    const [theirs] = await describeValues(other, [JANE], WATCH);
    expect([theirs?.compared, theirs?.sieve === mine?.sieve]).toEqual([mine?.compared, false]);
    expect(
      Buffer.from(mine?.hash ?? [])
        .toString('latin1')
        .toLowerCase(),
    ).not.toContain('jane');
  });
});

/** A value of the column's type that holds the text in each of its personal parts. */
function holding(column: TableColumn, text: string): unknown {
  const { type, fields } = column;
  const isList = typeof type !== 'string' && 'list' in type;
  if (fields !== undefined) {
    const parts = Object.fromEntries(
      fields.flatMap((field) => {
        const value = holding(field, text);
        return value === null ? [] : [[field.name, value]];
      }),
    );
    if (Object.keys(parts).length === 0) return null;
    return isList ? [parts] : parts;
  }
  if (column.pii === 'none' || column.form !== undefined) return null;
  return isList ? [text] : type === 'text' ? text : null;
}

const PERSONAL = Object.values(TABLES).flatMap((table) =>
  personalColumns(table).map((column) => [table.name, column.name] as const),
);

describe('every column with personal data', () => {
  it('of the dictionary that has text is one that is searched', () => {
    const declared = Object.values(TABLES).flatMap(({ name, columns }) =>
      columns.filter((column) => hasPersonalText(column)).map((column) => [name, column.name]),
    );
    expect(PERSONAL).toEqual(declared);
    expect(PERSONAL).toContainEqual(['contacts', 'persons']);
  });

  it('is searched, emptied, and kept empty by the next load', { timeout: 120_000 }, async () => {
    const rows = new Map<TableName, object[]>();
    const filled: string[] = [];
    for (const [name, column] of PERSONAL) {
      const table: Table = TABLES[name];
      const declared = table.columns.find((each) => each.name === column);
      const value = declared === undefined ? null : holding(declared, `${JANE}`);
      // A column whose texts have a form cannot hold a name.
      if (value === null) continue;
      const key = Object.fromEntries(
        table.key.map((each) => [each, each === 'property_id' ? 1 : keyOf(table, each, column)]),
      );
      filled.push(`${name}.${column}`);
      rows.set(name, [...(rows.get(name) ?? []), { ...key, [column]: value }]);
    }
    expect([...rows.values()].flat().length).toBeGreaterThan(25);
    const most = Math.max(...[...rows.values()].map(({ length }) => length));
    /** A row of each table at a time: files of a table must have the same columns. */
    const feed = async () => {
      for (let turn = 0; turn < most; turn++) {
        const paths: string[] = [];
        for (const [name, of] of rows) {
          const row = of[turn];
          if (row !== undefined) paths.push(await world.write(`${turn}/${name}.jsonl`, json([row])));
        }
        expect(await world.load(paths)).toMatchObject({ rejected: 0 });
      }
    };
    await feed();
    const columns = new Set((await found(JANE)).map(({ table, column }) => `${table}.${column}`));
    expect([...columns].sort()).toEqual(filled.sort());
    await erase(JANE);
    expect(await found(JANE)).toEqual([]);
    await feed();
    expect(await found(JANE)).toEqual([]);
  });
});

function hasPersonalText({ pii, type, fields }: TableColumn): boolean {
  if (fields !== undefined) return fields.some(hasPersonalText);
  return pii !== 'none' && (type === 'text' || (typeof type !== 'string' && 'list' in type && type.list === 'text'));
}

function keyOf({ columns }: Table, name: string, searched: string): string | number {
  const type = columns.find((column) => column.name === name)?.type;
  if (type === 'date') return '2025-01-31';
  return type === 'text' ? `${name} of ${searched}` : 2020;
}

describe('what goes with a value', () => {
  it('is the item of a list with all that it says, and what is said about its person beside it', async () => {
    await world.load([
      await world.write(
        'contacts.jsonl',
        json([
          {
            property_id: 1,
            contact_id: 'c1',
            contact_type: 'principal',
            persons: [
              {
                id: 'p1',
                display: JANE,
                phones: [{ number: '+1 555 0100', type: 'mobile' }],
                emails: [{ address: 'jane@example.org' }],
              },
              { id: 'p2', display: 'John Roe', phones: [{ number: '+1 555 0199', type: 'home' }] },
            ],
            company: { name: 'Acme LLC', phones: ['+1 555 0200'], emails: [] },
          },
        ]),
      ),
      await world.write(
        'reported_owners.jsonl',
        json([
          {
            property_id: 1,
            reported_owner_id: 'r1',
            reported_owners: [{ name: JANE, entity_type: 'individual' }],
            address_line1: '5 Home St',
            city: 'Rome',
          },
          {
            property_id: 2,
            reported_owner_id: 'r2',
            reported_owners: [{ name: 'Acme LLC', entity_type: 'company' }],
            address_line1: '6 Work St',
            city: 'Oslo',
          },
        ]),
      ),
      await world.write('property_addresses.csv', 'property_id,address\n1,jane q. doe\n1,1 Elm St\n'),
    ]);
    const version = await erase(JANE);
    const contacts = await world.rows('contacts', 'SELECT contact_type, persons, company FROM contacts');
    expect(contacts).toMatchObject([
      { contact_type: 'principal', persons: [{ id: 'p2' }], company: { name: 'Acme LLC' } },
    ]);
    expect(JSON.stringify(contacts)).not.toMatch(/0100|jane/i);
    const reported = 'SELECT reported_owners, address_line1, city FROM reported_owners ORDER BY property_id';
    expect(await world.rows('reported_owners', reported)).toEqual([
      { reported_owners: [], address_line1: null, city: null },
      { reported_owners: [{ name: 'Acme LLC', entity_type: 'company' }], address_line1: '6 Work St', city: 'Oslo' },
    ]);
    // A row whose key is the value is no row without it.
    expect(await world.rows('property_addresses', 'SELECT address FROM property_addresses')).toEqual([
      { address: '1 Elm St' },
    ]);
    expect(await owners()).toEqual([{ owner: null }, { owner: 'Acme LLC' }]);
    const [summary] = await world.deps.db.warehouse.versions();
    expect([version?.version, summary?.origin]).toMatchObject([
      3,
      {
        kind: 'erase',
        changes: {
          properties: { added: 0, replaced: 1, deleted: 0 },
          property_addresses: { added: 0, replaced: 0, deleted: 1 },
        },
      },
    ]);
  });

  it('is told to whoever asks for what has changed', async () => {
    const later = { ...world.deps, clock: () => new Date('2031-01-01T12:00:00Z') };
    await eraseFromCurrent(later, await list(JANE), 'a test', WATCH);
    const days = await world.rows('properties', 'SELECT changed_on AS day FROM properties ORDER BY property_id');
    expect(days.map(({ day }) => String(day) === '2031-01-01')).toEqual([true, false]);
  });

  it('is nothing where nobody has the value: no version is made', async () => {
    expect(await erase('Somebody Else')).toBeNull();
    expect(await owners()).toEqual([{ owner: 'jane  q. DOE' }, { owner: 'Acme LLC' }]);
  });
});

describe('what was erased', () => {
  it('stays out of loads, quick and slow, which tell in how many rows; and the same feed makes no version', async () => {
    await erase(JANE);
    const feed = async () => [
      await world.write(
        'properties.csv',
        'property_id,city,owner_name\n1,Rome,JANE Q. DOE\n2,Oslo,Acme LLC\n3,Bonn,Jane Q. Doe\n',
      ),
    ];
    expect(await world.load(await feed())).toMatchObject({ version: 3, erased: 2, rejected: 0 });
    expect(await owners()).toEqual([{ owner: null }, { owner: 'Acme LLC' }, { owner: null }]);
    expect(await world.load(await feed())).toMatchObject({ version: null, unchanged: 3, erased: 2 });
    const slow = await world.write('properties.csv', 'source_id,city,owner_name\nx,Rome,Jane Q. Doe\n');
    expect(await world.load([slow])).toMatchObject({ erased: 1 });
    expect(await found(JANE)).toEqual([]);
    const others = await world.write('properties.csv', 'property_id,owner_name\n1,John Roe\n');
    expect(await world.load([others])).toMatchObject({ erased: 0 });
    expect(await found('John Roe')).toHaveLength(1);
  });

  it('stays out of a rollback to a version that has it, and of a delete', async () => {
    await list(JANE);
    await world.load([await world.write('properties.csv', 'property_id,owner_name\n1,John Roe\n')]);
    const plan = await planRollback(world.deps, 1, WATCH);
    await rollBack(world.deps, plan, { by: 'a test', note: null }, WATCH);
    expect(await owners()).toEqual([{ owner: null }, { owner: 'Acme LLC' }]);
    const removal = await planRemoval(world.deps, { table: 'properties', condition: 'property_id = 2' }, WATCH);
    await removeRows(world.deps, removal, { by: 'a test', note: null }, WATCH);
    expect(await owners()).toEqual([{ owner: null }]);
  });

  it('comes back where nothing holds the rows against the list', async () => {
    await erase(JANE);
    // Control: what the sieve finds is what keeps it out.
    const version = await world.deps.db.warehouse.current();
    const [file] = version?.tables['properties'] ?? [];
    if (file === undefined) throw new Error('the table has a file');
    const value: Expression = literal('JANE q. doe');
    const back = await rewriteFile(
      world.deps,
      { table: TABLES.properties, file, where: [], values: { owner_name: value }, inputs: {}, parameters: {} },
      WATCH,
    );
    const rows = {
      from: 'stored',
      columns: personalColumns(TABLES.properties),
      tables: { stored: { columns: TABLES.properties.columns, files: [back] } },
      directories: [],
    };
    const erased = await world.deps.db.erasures.list();
    expect(await findListed(world.deps, erased, rows, WATCH)).toEqual(['jane q. doe']);
    const others = { ...erased, values: (await describeValues(world.deps, ['John Roe'], WATCH)).slice() };
    expect(await findListed(world.deps, others, rows, WATCH)).toEqual([]);
  });

  it('is listed while a load is under way: that one begins again', async () => {
    let listed = false;
    const deps = {
      ...world.deps,
      engine: {
        ...world.deps.engine,
        run: async (...asked: Parameters<typeof world.deps.engine.run>) => {
          const answers = await world.deps.engine.run(...asked);
          if (!listed) {
            listed = true;
            await list(JANE);
          }
          return answers;
        },
      },
    };
    const path = await world.write('properties.csv', 'property_id,owner_name\n7,Jane Q. Doe\n');
    expect(await world.load([path], {}, deps)).toMatchObject({ version: 2, erased: 1 });
    const seven = await world.rows('properties', 'SELECT owner_name AS owner FROM properties WHERE property_id = 7');
    expect(seven).toEqual([{ owner: null }]);
  });
});
