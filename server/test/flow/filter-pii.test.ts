/** The filter of personal data at the door: of who owns a property and whom to talk to, no person’s name is left. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, testApp } from '../support/app.ts';
import { BatchClient, parseLines } from '../support/file-jobs.ts';

interface Line {
  readonly id: string;
  readonly contacts: readonly {
    readonly persons: readonly {
      readonly display?: string;
      readonly jobs: readonly { readonly organization?: string }[];
    }[];
  }[];
}

let server: TestApp;
let client: BatchClient;

beforeAll(async () => {
  server = await testApp({ parcels: 40 });
  client = new BatchClient(server, await server.account());
});
afterAll(() => server.close());

/** Every text of a value, however deep. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

async function ownership(filterPii: boolean): Promise<readonly Line[]> {
  const found = await client.run('search', '{"settings": {}}');
  const propertyIds = parseLines<Line>(found.files[0] ?? '').map(({ id }) => id);
  const spec = { detail_type: ['ownership'], property_ids: propertyIds, filters: { filter_pii: filterPii } };
  const { files } = await client.run('property-details', JSON.stringify(spec));
  return parseLines<Line>(files[0] ?? '');
}

test('leaves no person’s name in an owner’s jobs, in a job’s files or in an answer at once', async () => {
  const persons = (await ownership(false)).flatMap(({ contacts }) => contacts.flatMap((each) => each.persons));
  const names = new Set(persons.flatMap(({ display = [] }) => display));
  // Control: a person who owns a property is its own organization in the demo data.
  const organizations = persons.flatMap(({ jobs }) => jobs.flatMap(({ organization = [] }) => organization));
  const own = organizations.filter((organization) => names.has(organization));
  expect(own.length).toBeGreaterThan(0);
  const filtered = await ownership(true);
  expect(filtered.flatMap(textsOf).filter((text) => names.has(text))).toEqual([]);
  const [line] = filtered.filter(({ contacts }) => contacts.length > 0);
  const alone = await client.request(`/property/${line?.id}?detail_type=ownership&filter_pii=true`);
  expect(await alone.json()).toEqual(line);
});
