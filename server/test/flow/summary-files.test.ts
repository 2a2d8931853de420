/** What the files of file jobs are said to hold: matches with cells of customers, searches, details without persons. */
import { parse as parseCsv } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { summarySchema } from '../../src/wire/summary.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, parseLines, uuidOf } from '../support/file-jobs.ts';
import { loadCsv } from '../support/match-data.ts';
import type { Summary } from './summary-checks.ts';

interface Known {
  readonly id: number;
  readonly address: string;
  readonly city: string;
  readonly state: string;
  readonly zip_code: string;
  readonly latitude: number | null;
}

const HOSTILE = '<img src=x onerror="pwned()">';
const HEADERS = ['Street', 'City', 'State', 'Zip', 'Note', 'Note', 'state'];
const MAPPING = { address_line_1: 'Street', address_city: 'City', address_state: 'State', address_postal: 'Zip' };

let server: TestApp;
let account: TestAccount;
let client: BatchClient;
let known: readonly Known[];

beforeAll(async () => {
  server = await testApp({ parcels: 60 });
  account = await server.account();
  client = new BatchClient(server, account);
  const answer = await server.as(account, { url: '/api/v1/properties/lookup?per_page=100' });
  known = answer.json().properties;
});
afterAll(() => server?.close());

async function summaryOf(id: string, by = client): Promise<Summary> {
  const answer = await by.request(`/jobs/file/${id}/summary`);
  const summary = await answer.json();
  expect(answer.status, JSON.stringify(summary)).toBe(200);
  expect(summarySchema.strict().parse(summary)).toEqual(summary);
  return summary as Summary;
}

function csv(rows: readonly (readonly string[])[]): string {
  return [HEADERS, ...rows].map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
}

function countsOf({ charts }: Summary, name: string): Readonly<Record<string, number | null | undefined>> {
  const groups = charts.find((chart) => chart.name === name)?.groups ?? [];
  return Object.fromEntries(groups.map(({ label, values }) => [String(label), values[0]]));
}

function counted(properties: readonly Known[], key: 'state' | 'city'): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const property of properties) counts[property[key]] = (counts[property[key]] ?? 0) + 1;
  return counts;
}

/** The charted counts are the true ones; those that a chart has no room for are the smallest. */
function expectBars(summary: Summary, name: string, counts: Readonly<Record<string, number>>): void {
  const told = countsOf(summary, name);
  const ordered = Object.values(counts).sort((left, right) => right - left);
  expect(Object.values(told)).toEqual(ordered.slice(0, 15));
  expect(counts).toMatchObject(told);
  const chart = summary.charts.find((each) => each.name === name);
  expect(chart?.groups_left_out).toBe(Math.max(0, ordered.length - 15));
}

function placed({ map }: Summary): number {
  return map?.places.reduce((sum, { values }) => sum + (values[0] ?? 0), 0) ?? 0;
}

describe('a match', () => {
  const rowOf = ({ address, city, state, zip_code: zip }: Known) => [address, city, state, zip, HOSTILE, '', 'x'];

  it('has its verdicts counted, each column whatever it is called, and what is known of the properties that it found', async () => {
    const some = known.slice(0, 20);
    const rows = [
      ...some.map(rowOf),
      ...some.slice(0, 2).map(rowOf),
      ['1 Nowhere', 'Atlantis', 'TX', '00000', '', '', ''],
    ];
    const metadata = { headers: HEADERS, mapping: MAPPING, explain: true };
    const { job, files } = await client.run('match', csv(rows), metadata);
    const written: string[][] = parseCsv(files[0] ?? '', { from: 2 });
    const summary = await summaryOf(job.id);
    expect(summary.rows).toBe(rows.length);
    expect(summary.columns.map(({ name }) => name).slice(0, 10)).toEqual([
      ...['reonomy_id', 'status', 'miss_reason'],
      ...HEADERS,
    ]);
    const count = (status: string) => written.filter((row) => row[1] === status).length;
    expect(countsOf(summary, 'verdicts')).toEqual({ OK: count('OK'), MISS: count('MISS') });
    expect([count('OK') > 10, count('MISS') > 1]).toEqual([true, true]);
    const reasons = Object.values(countsOf(summary, 'misses'));
    expect(reasons.reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBe(count('MISS'));
    const note = summary.columns[7];
    const values = [{ value: HOSTILE, rows: rows.length - 1 }];
    expect(note).toMatchObject({ nulls: 1, distinct: 1, distribution: { values } });
    // Each property once, however many rows have it.
    const ids = new Set(written.map(([id]) => id));
    const found = known.filter(({ id }) => ids.has(uuidOf(id)));
    expect(found.length).toBeLessThan(count('OK'));
    expectBars(summary, 'states', counted(found, 'state'));
    expect(placed(summary)).toBe(found.filter(({ latitude }) => latitude !== null).length);
  });

  it('tells nothing of properties to a key that may not look them up', async () => {
    const blind = await server.account({ scopes: ['exports:read', 'exports:write'] });
    const by = new BatchClient(server, blind);
    const { job } = await by.run('match', csv(known.slice(0, 3).map(rowOf)), { headers: HEADERS, mapping: MAPPING });
    const summary = await summaryOf(job.id, by);
    expect(summary.charts.map(({ name }) => name)).toEqual(['verdicts']);
    expect(summary.map).toBeNull();
  });

  it('takes a file of as many columns as an upload may have', async () => {
    const headers = Array.from({ length: 496 }, (_, index) => `column ${index}`);
    const first = known[0];
    const cells = [first?.address ?? '', first?.city ?? '', first?.state ?? '', first?.zip_code ?? ''];
    const lines = [
      [...Object.values(MAPPING), ...headers],
      [...cells, ...headers.map(() => '=1+1')],
    ];
    const file = lines.map((line) => line.map((cell) => `"${cell}"`).join(',')).join('\n');
    const metadata = { headers: lines[0], mapping: MAPPING, explain: true };
    const { job } = await client.run('match', file, metadata);
    const { columns, columns_left_out: leftOut } = await summaryOf(job.id);
    expect([columns.length, leftOut]).toEqual([507, 0]);
    expect(columns[100]?.greatest).toBe('=1+1');
  });
});

describe('a search', () => {
  it('has the properties that it found counted and placed, of those that may be seen now', async () => {
    const { job, files } = await client.run('search', '{"settings": {}}');
    const summary = await summaryOf(job.id);
    const lines = parseLines<{ readonly id: string }>(files[0] ?? '');
    expect(summary.rows).toBe(lines.length);
    expect(summary.columns[0]).toMatchObject({ name: 'id', nulls: 0 });
    expect(lines.map(({ id }) => id).sort()).toEqual(known.map(({ id }) => uuidOf(id)).sort());
    expectBars(summary, 'states', counted(known, 'state'));
    expect(placed(summary)).toBe(known.filter(({ latitude }) => latitude !== null).length);
  });

  it('shows what the account lost the right to see no more', async () => {
    const [kept, lost] = known.map(({ id }) => id);
    const limited = await server.account({ grants: PropertyIdSet.of([kept ?? 0, lost ?? 0]) });
    const by = new BatchClient(server, limited);
    const { job } = await by.run('search', '{"settings": {}}');
    expect(placed(await summaryOf(job.id, by))).toBe(2);
    await server.app.deps.db.accounts.setGrants(limited.id, PropertyIdSet.of([kept ?? 0]));
    expect(placed(await summaryOf(job.id, by))).toBe(1);
  });
});

describe('details', () => {
  it('are counted from their own file', async () => {
    const asked = { detail_type: ['basic', 'sales'], property_ids: known.map(({ id }) => uuidOf(id)) };
    const { job, files } = await client.run('property-details', JSON.stringify(asked));
    const summary = await summaryOf(job.id);
    const lines = parseLines<Record<string, unknown>>(files[0] ?? '');
    expect(summary.rows).toBe(lines.length);
    expectBars(summary, 'states', counted(known, 'state'));
    const decades: Record<string, number> = {};
    for (const { year_built: year } of lines) {
      if (typeof year !== 'number') continue;
      const decade = Math.floor(year / 10) * 10;
      decades[`${decade}–${decade + 9}`] = (decades[`${decade}–${decade + 9}`] ?? 0) + 1;
    }
    expect(countsOf(summary, 'years')).toEqual(decades);
    const sales = summary.columns.find(({ name }) => name === 'sales');
    const lengths = lines.map((line) => (Array.isArray(line['sales']) ? line['sales'].length : 0));
    expect([sales?.least, sales?.greatest]).toEqual([String(Math.min(...lengths)), String(Math.max(...lengths))]);
  });
});

describe('details of people', () => {
  const TRACT = 'MARGARET THISTLEWOOD TRACT';
  let small: TestApp;
  beforeAll(async () => {
    small = await testApp({ demo: false });
    await loadCsv(small.app, {
      properties: `property_id,state,legal_description\n1,NY,${TRACT}\n2,NY,LOT 5 BLOCK 2\n3,IL,\n`,
    });
  });
  afterAll(() => small?.close());

  it('show nothing that the filter of personal data has left out', async () => {
    const by = new BatchClient(small, await small.account());
    const told = async (filterPii: boolean) => {
      const filters = { filter_pii: filterPii };
      const asked = { detail_type: ['basic'], property_ids: [1, 2, 3].map(uuidOf), filters };
      const { job } = await by.run('property-details', JSON.stringify(asked));
      return JSON.stringify(await summaryOf(job.id, by));
    };
    const filtered = await told(true);
    expect([filtered.includes('LOT 5 BLOCK 2'), filtered.includes('THISTLEWOOD')]).toEqual([true, false]);
    // Control: without the filter it is in the file, and so is told.
    expect(await told(false)).toContain(TRACT);
  });
});
