/** What the files of file jobs are said to hold: matches with cells of customers, searches, details without persons. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { summarySchema } from '../../src/wire/summary.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, parseLines, uuidOf } from '../support/file-jobs.ts';
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

function placed({ map }: Summary): number {
  return map?.places.reduce((sum, { values }) => sum + (values[0] ?? 0), 0) ?? 0;
}

describe('a match', () => {
  const rowOf = ({ address, city, state, zip_code: zip }: Known) => [address, city, state, zip, HOSTILE, '', 'x'];

  it('has its verdicts counted, each column whatever it is called, and what is known of the properties that it found', async () => {
    const some = known.slice(0, 10);
    const rows = [
      ...some.map(rowOf),
      ...some.slice(0, 2).map(rowOf),
      ['1 Nowhere', 'Atlantis', 'TX', '00000', '', '', ''],
    ];
    const { job } = await client.run('match', csv(rows), { headers: HEADERS, mapping: MAPPING, explain: true });
    const summary = await summaryOf(job.id);
    expect(summary.rows).toBe(13);
    expect(summary.columns.map(({ name }) => name).slice(0, 10)).toEqual([
      ...['reonomy_id', 'status', 'miss_reason'],
      ...HEADERS,
    ]);
    expect(countsOf(summary, 'verdicts')).toEqual({ OK: 12, MISS: 1 });
    expect(Object.values(countsOf(summary, 'misses'))).toEqual([1]);
    const note = summary.columns[7];
    expect(note).toMatchObject({ nulls: 1, distinct: 1, distribution: { values: [{ value: HOSTILE, rows: 12 }] } });
    // Each property once, however many rows have it.
    expect(countsOf(summary, 'states')).toEqual(counted(some, 'state'));
    expect(placed(summary)).toBe(some.filter(({ latitude }) => latitude !== null).length);
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
    expect(countsOf(summary, 'states')).toEqual(counted(known, 'state'));
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
  const ids = () => known.map(({ id }) => uuidOf(id));
  const spec = (filterPii: boolean) =>
    JSON.stringify({
      detail_type: ['basic', 'sales', 'ownership', 'tenants'],
      property_ids: ids(),
      filters: { filter_pii: filterPii },
    });

  it('are counted from their own file', async () => {
    const { job, files } = await client.run('property-details', spec(false));
    const summary = await summaryOf(job.id);
    const lines = parseLines<Record<string, unknown>>(files[0] ?? '');
    expect(summary.rows).toBe(lines.length);
    expect(countsOf(summary, 'states')).toEqual(counted(known, 'state'));
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

  it('show nothing that the filter of personal data has left out', async () => {
    const whole = await summaryOf((await client.run('property-details', spec(false))).job.id);
    const filtered = await summaryOf((await client.run('property-details', spec(true))).job.id);
    const legal = ({ columns }: Summary) => columns.find(({ name }) => name === 'legal_description');
    const { job, files } = await client.run('property-details', spec(true));
    const left = parseLines<Record<string, unknown>>(files[0] ?? '').map((line) => line['legal_description'] ?? null);
    expect(legal(filtered)?.nulls).toBe(left.filter((text) => text === null).length);
    for (const { value } of legal(filtered)?.distribution?.values ?? []) expect(left).toContain(value);
    expect(job.status).toBe('SUCCESS');
    // Control: the filter leaves something out.
    expect(legal(filtered)?.nulls).toBeGreaterThan(legal(whole)?.nulls ?? 0);
  });
});
