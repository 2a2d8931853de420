/**
 * The filter of personal data at the door, over demo data: whatever column it was put into, no name, telephone number, mail address or street
 * of an invented person is in the answer. What identifies the property itself stays, its own address among it, also where its owner lives there.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DETAIL_TYPES, type DetailsSpec } from '../../src/core/details.ts';
import { compileDetails } from '../../src/reports/compile-details.ts';
import { readCsv, readParquet } from '../contract/engine-readers.ts';
import { GUIDE_IDS, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, parseLines } from '../support/file-jobs.ts';
import { fileSink } from '../support/file-sink.ts';

interface Party {
  readonly name: string | null;
  readonly type?: string | null;
  readonly entity_type?: string | null;
}

interface Line {
  readonly id: string;
  readonly property_id: number;
  readonly address_line1: string | null;
  readonly legal_description: string | null;
  readonly sales: readonly { readonly buyers: readonly Party[] | null; readonly sellers: readonly Party[] | null }[];
  readonly mortgages: readonly {
    readonly borrower_name: string | null;
    readonly lender_recorded_name: string | null;
    readonly lender_standardized_name: string | null;
  }[];
  readonly tenants: readonly {
    readonly name: string | null;
    readonly phone: string | null;
    readonly contacts: readonly { readonly name: string; readonly phone: string; readonly email: string }[];
  }[];
  readonly ownership: { readonly owner_company: { readonly name: string | null } | null } | null;
  readonly contacts: readonly {
    readonly persons: readonly {
      readonly display: string;
      readonly jobs: readonly { readonly organization: string | null }[];
      readonly phones: readonly { readonly number: string }[];
      readonly emails: readonly { readonly address: string }[];
      readonly addresses: readonly { readonly line1: string }[];
    }[];
    readonly company: { readonly name: string | null } | null;
  }[];
  readonly reported_owner: { readonly reported_owners: readonly Party[]; readonly address_line1: string | null } | null;
}

let server: TestApp;
let client: BatchClient;
let whole: readonly Line[];
let personal: ReadonlySet<string>;

async function details(filterPii: boolean): Promise<string> {
  const found = await client.run('search', '{"settings": {}}');
  const propertyIds = parseLines<Line>(found.files[0] ?? '').map(({ id }) => id);
  const filters = { filter_pii: filterPii };
  const spec = { detail_type: DETAIL_TYPES, property_ids: propertyIds, filters };
  return (await client.run('property-details', JSON.stringify(spec))).files[0] ?? '';
}

function individuals(parties: readonly Party[] | null): readonly string[] {
  return (parties ?? []).flatMap(({ name, type, entity_type: kind = type }) =>
    kind === 'individual' ? (name ?? []) : [],
  );
}

/** What the demo invented of the people of a property. */
function personalOf(line: Line): readonly (string | null)[] {
  const persons = line.contacts.flatMap((contact) => contact.persons);
  const { reported_owners: owners = [], address_line1: mailing = null } = line.reported_owner ?? {};
  const names = [
    ...persons.map(({ display }) => display),
    ...line.sales.flatMap(({ buyers, sellers }) => [...individuals(buyers), ...individuals(sellers)]),
    ...line.tenants.flatMap(({ contacts }) => contacts.map(({ name }) => name)),
    ...individuals(owners),
  ];
  const streets = [
    ...persons.flatMap(({ addresses }) => addresses.map(({ line1 }) => line1)),
    ...(individuals(owners).length > 0 ? [mailing] : []),
  ];
  return [
    ...names,
    ...persons.flatMap(({ phones }) => phones.map(({ number }) => number)),
    ...persons.flatMap(({ emails }) => emails.map(({ address }) => address)),
    ...line.tenants.flatMap(({ contacts }) => contacts.flatMap(({ phone, email }) => [phone, email])),
    // Where the owner lives in it, the property's own.
    ...streets.filter((street) => street !== line.address_line1),
  ];
}

beforeAll(async () => {
  server = await testApp({ parcels: 60 });
  client = new BatchClient(server, await server.account());
  whole = parseLines<Line>(await details(false));
  personal = new Set(whole.flatMap(personalOf).filter((text) => text !== null));
});
afterAll(() => server.close());

/** Those that are in the text, in any case. */
function leaked(text: string): readonly string[] {
  const folded = text.toLowerCase();
  // As it is written in JSON, and within it in CSV.
  return [...personal].filter((each) => folded.includes(JSON.stringify(each.toLowerCase()).slice(1, -1)));
}

const TELEPHONE = /\+1 \d{3}-555-01\d\d/;
const MAIL = /[\w.-]+@[\w.-]+\.example/;

test('in the files of a job nothing personal is left; without the filter all of it is there', async () => {
  const unfiltered = await details(false);
  expect(personal.size).toBeGreaterThan(200);
  expect(leaked(unfiltered)).toEqual([...personal]);
  expect([TELEPHONE.test(unfiltered), MAIL.test(unfiltered)]).toEqual([true, true]);
  const filtered = await details(true);
  expect(parseLines(filtered)).toHaveLength(whole.length);
  expect(leaked(filtered)).toEqual([]);
  expect([TELEPHONE.test(filtered), MAIL.test(filtered)]).toEqual([false, false]);
});

test('what belongs to companies stays', async () => {
  const filtered = parseLines<Line>(await details(true));
  const organizations = (lines: readonly Line[]) =>
    lines.flatMap(({ mortgages, ownership, contacts, tenants, legal_description: land }) => [
      ...mortgages.flatMap((each) => [each.lender_recorded_name, each.lender_standardized_name]),
      ...contacts.map(({ company }) => company?.name ?? null),
      ...contacts.flatMap(({ persons }) => persons.flatMap(({ jobs }) => jobs.map((job) => job.organization))),
      ...tenants.map(({ name }) => (name?.endsWith(' Kitchen') === true ? null : name)),
      ownership?.owner_company?.name ?? null,
      land,
    ]);
  expect(organizations(whole).filter((name) => name !== null).length).toBeGreaterThan(100);
  expect(organizations(filtered)).toEqual(organizations(whole));
});

test('the demo writes no person as an organization', () => {
  const organizations = whole.flatMap((line) => [
    ...line.contacts.flatMap(({ persons, company }) => [
      ...persons.flatMap(({ jobs }) => jobs.map(({ organization }) => organization)),
      company?.name,
    ]),
    ...line.mortgages.flatMap((each) => [each.lender_recorded_name, each.lender_standardized_name]),
    ...line.tenants.map(({ name }) => name),
    line.ownership?.owner_company?.name,
  ]);
  expect(organizations.filter((name) => typeof name === 'string' && personal.has(name))).toEqual([]);
});

test('one property by itself is filtered in the same way', async () => {
  const filtered = parseLines<Line>(await details(true));
  const line = filtered.find(({ contacts }) => contacts.length > 0);
  const asked = await client.request(`/property/${line?.id}?detail_type=${DETAIL_TYPES.join(',')}&filter_pii=true`);
  expect(await asked.json()).toEqual(line);
});

test('whatever the format, the same is left out', async () => {
  const { db, engine } = server.app.deps;
  const version = await db.warehouse.current();
  if (version === null) throw new Error('the demo data is not there');
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-filter-'));
  const write = async (format: 'csv' | 'jsonl' | 'parquet', filterPii: boolean) => {
    const spec: DetailsSpec = { detailTypes: DETAIL_TYPES, updated: null, filterPii };
    const ids = Float64Array.from([...GUIDE_IDS, ...whole.map((line) => line.property_id)]);
    const path = join(directory, `${filterPii}.${format}`);
    const sink = fileSink(path, { format });
    await engine.write(compileDetails(spec, version, new Float64Array(new Set(ids))), [sink], {
      signal: new AbortController().signal,
    });
    if (format === 'csv')
      return JSON.stringify((await readCsv(path)).rows.flat().map((cell) => cell.replaceAll('""', '"')));
    if (format === 'jsonl') return readFile(path, 'utf8');
    const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
    return JSON.stringify(await readParquet(path), plain);
  };
  try {
    for (const format of ['csv', 'jsonl', 'parquet'] as const) {
      expect(
        leaked((await write(format, false)).replaceAll('\\\\', '\\').replaceAll('\\"', '"')).length,
        format,
      ).toBeGreaterThan(200);
      expect(leaked(await write(format, true)), format).toEqual([]);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
