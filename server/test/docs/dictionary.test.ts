/** The dictionary says what the declarations say, and the committed copy is the current one. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { errorsMarkdown } from '../../../scripts/errors-markdown.ts';
import { matchCodesMarkdown } from '../../../scripts/match-codes-markdown.ts';
import { warehouseMarkdown } from '../../../scripts/warehouse-markdown.ts';
import { typeName } from '../../src/core/column-types.ts';
import { ERRORS } from '../../src/core/errors.ts';
import { REPORT_TYPES } from '../../src/core/job.ts';
import { HIGHEST_COST, MATCH_CODES } from '../../src/matching/codes.ts';
import { CONFIDENCE_BANDS, CONFIDENCE_BEYOND, WEAK_CONFIDENCE } from '../../src/matching/decide/confidence.ts';
import { REPORTS } from '../../src/reports/catalogue.ts';
import { BASIC } from '../../src/reports/details/basic.ts';
import { DETAIL_NODES } from '../../src/reports/details/catalogue.ts';
import { type DetailColumn, isList } from '../../src/reports/details/detail.ts';
import { detailTypesMarkdown } from '../../src/reports/details/dictionary.ts';
import { SEARCH_SETTINGS } from '../../src/reports/details/search-settings.ts';
import { dictionaryMarkdown } from '../../src/reports/dictionary.ts';
import { reportJsonSchema } from '../../src/reports/schema.ts';
import { TABLES } from '../../src/warehouse/tables.ts';
import { APARTMENTIQ_ERRORS } from '../../src/wire/apartmentiq/errors.ts';
import { reportDescriptionFields } from '../../src/wire/apartmentiq/report-types.ts';
import { REONOMY_ERROR_NAMES } from '../../src/wire/reonomy/errors.ts';

const ALL_REPORTS = Object.values(REPORTS);
const committed = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('docs/dictionary.md is what the declarations generate', async () => {
  expect(await committed('docs/dictionary.md')).toBe(dictionaryMarkdown(ALL_REPORTS));
});

test('the texts by number of bedrooms say whose rents they are in English for every number', () => {
  const texts = REPORTS.property.columns.flatMap(({ name, description }) =>
    /_\d_bed/.test(name) ? [description] : [],
  );
  expect(texts).toHaveLength(35);
  expect(texts).toContain(
    'Asking rent per square foot: sum of the rents of the available units with 1 bedroom over the sum of their areas.',
  );
  expect(texts.filter((text) => /(?:studios|bedrooms?)’/.test(text))).toEqual([]);
});

test('docs/detail-types.md is what the declarations generate, and names every column that is shown and every setting', async () => {
  const document = await committed('docs/detail-types.md');
  expect(document).toBe(detailTypesMarkdown(SEARCH_SETTINGS));
  const paths = (columns: readonly DetailColumn[], path = ''): readonly string[] =>
    columns
      .filter(({ isShown }) => isShown)
      .flatMap((column) => {
        const own = `${path}${column.name}`;
        return [own, ...paths(column.fields ?? [], isList(column) ? `${own}[].` : `${own}.`)];
      });
  const expected = [...paths(BASIC.columns), ...DETAIL_NODES.flatMap(({ columns }) => paths(columns))];
  const rows = document.split('\n').filter((line) => line.startsWith('| `'));
  const names = rows.map((row) => /^\| `([^`]+)`/.exec(row)?.[1]);
  expect(names.toSorted()).toEqual([...expected, ...SEARCH_SETTINGS.map(({ name }) => name)].toSorted());
  expect(document).toContain('direct, items whose `type` is individual, or trust, other or unknown');
});

test('docs/errors.md is what the catalogue generates', async () => {
  expect(await committed('docs/errors.md')).toBe(
    errorsMarkdown(ERRORS, { apartmentiq: APARTMENTIQ_ERRORS, reonomy: REONOMY_ERROR_NAMES }),
  );
});

test('docs/match-codes.md is what the codes and their costs generate', async () => {
  const bands = [...CONFIDENCE_BANDS, [HIGHEST_COST, CONFIDENCE_BEYOND]] as const;
  expect(await committed('docs/match-codes.md')).toBe(matchCodesMarkdown(MATCH_CODES, bands, WEAK_CONFIDENCE));
});

test('docs/warehouse.md is what the table declarations generate', async () => {
  const generated = warehouseMarkdown(Object.values(TABLES), (column) => typeName(column.type));
  expect(await committed('docs/warehouse.md')).toBe(generated);
  for (const table of Object.values(TABLES)) {
    for (const column of table.columns)
      expect(generated).toContain(`| \`${column.name}\` | \`${typeName(column.type)}\` |`);
  }
});

test('the tables’ document names the values that a load accepts', () => {
  const column = { unit: null, nullable: true, description: 'Any.' };
  const columns = [
    { ...column, name: 'a', min: -90, max: 90 },
    { ...column, name: 'b', min: 0 },
    { ...column, name: 'c', max: 5, nullable: false },
    { ...column, name: 'd', oneOf: ['x', 'y'] },
    { ...column, name: 'e', unit: 'days' },
    { ...column, name: 'f', computed: 'a + 1' },
    {
      ...column,
      name: 'g',
      fields: [
        { ...column, name: 'kind', oneOf: ['x'] },
        { ...column, name: 'h' },
      ],
    },
  ];
  const table = { name: 'some', description: 'Some table.', key: ['a', 'b'], columns };
  expect(warehouseMarkdown([table], () => 'number')).toContain(`## \`some\`

Some table. Key: \`a\`, \`b\`.

| column | type | unit | values | empty | meaning |
|---|---|---|---|---|---|
| \`a\` | \`number\` |  | -90 to 90 | may be | Any. |
| \`b\` | \`number\` |  | at least 0 | may be | Any. |
| \`c\` | \`number\` |  | at most 5 | never | Any. |
| \`d\` | \`number\` |  | \`x\`, \`y\` | may be | Any. |
| \`e\` | \`number\` | \`days\` |  | may be | Any. |
| \`f\` | \`number\` |  | computed | may be | Any. |
| \`g\` | \`number\` |  | \`kind\`: \`x\` | may be | Any. |
`);
});

test('the Markdown has a row of seven cells for every column, and no other rows', () => {
  for (const report of ALL_REPORTS) {
    const rows = dictionaryMarkdown([report])
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.map((row) => /^\| `(\w+)`/.exec(row)?.[1])).toEqual(report.columns.map((column) => column.name));
    for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(9);
  }
});

test('a bar in a description does not break the table', () => {
  const [first, ...rest] = REPORTS.property.columns;
  if (first === undefined) throw new Error('the report has no columns');
  const report = { ...REPORTS.property, columns: [{ ...first, description: 'This | that.' }, ...rest] };
  expect(dictionaryMarkdown([report])).toContain('| This \\| that. |');
});

describe.each(REPORT_TYPES)('description of %s', (type) => {
  const report = REPORTS[type];

  test('names its grain, key and columns', () => {
    expect(reportDescriptionFields(report, null)).toMatchObject({
      report_type: type,
      key: report.key,
      day_column: 'report_generation_date',
      column_count: report.columns.length,
      columns: report.columns.map(({ name, pii, nullable, unit }) => ({ name, pii, nullable, unit })),
      json_schema: reportJsonSchema(report),
    });
  });

  test('survives JSON unchanged', () => {
    const description = reportDescriptionFields(report, null);
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  test('the JSON Schema demands every column and allows no other', () => {
    const row = z.fromJSONSchema(reportJsonSchema(report));
    const nulls = Object.fromEntries(report.columns.map((column) => [column.name, null]));
    const key = { id: 1, property_id: 1, unit_id: 'A', floorplan_id: 1, report_generation_date: '2025-01-31' };
    const ownKey = Object.fromEntries(Object.entries(key).filter(([name]) => report.key.includes(name)));
    const least = { ...nulls, ...ownKey };
    expect(row.safeParse(least).error).toBeUndefined();
    expect(row.safeParse({ ...least, surplus: 1 }).success).toBe(false);
    for (const name of Object.keys(least)) {
      const { [name]: _, ...without } = least;
      expect(row.safeParse(without).success, name).toBe(false);
    }
    for (const name of report.key) expect(row.safeParse({ ...least, [name]: null }).success, name).toBe(false);
  });
});

test('the JSON Schema refuses values out of bounds', () => {
  const schema = reportJsonSchema(REPORTS.units);
  const { properties } = z
    .object({ properties: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(schema);
  const accepts = (name: string, value: unknown) => z.fromJSONSchema(properties[name] ?? {}).safeParse(value).success;
  expect([accepts('rent', 0), accepts('rent', -1), accepts('rent', '1'), accepts('rent', null)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect([accepts('unit_status', 'leased'), accepts('unit_status', 'sold'), accepts('unit_status', null)]).toEqual([
    true,
    false,
    true,
  ]);
  expect([accepts('floor', 1.5), accepts('date_leased', '2025-02-30'), accepts('amenities', ['Pool', 1])]).toEqual([
    false,
    false,
    false,
  ]);
  expect(accepts('lease_terms', [{ months: 12, rent: 1500.5 }])).toBe(true);
  expect(accepts('lease_terms', [{ months: 'twelve', rent: 1500.5 }])).toBe(false);
});
