/** One row of every logical type, with what is hard about it, and how each format shows it. */
import type { ColumnType } from '../../src/core/columns.ts';
import type { Row } from '../../src/core/rows.ts';
import { column } from '../duckdb/engine-world.ts';

const TERM: ColumnType = { struct: { months: 'count', rent: 'money' } };
const VISIT: ColumnType = { struct: { city: 'text', day: 'date', at: 'instant' } };

export const COLUMNS = [
  column('property_id', 'id'),
  column('n', 'count'),
  column('name', 'text'),
  column('amount', 'money'),
  column('share', 'fraction'),
  column('open', 'boolean'),
  column('day', 'date'),
  column('at', 'instant'),
  column('tags', { list: 'text' }),
  column('terms', { list: TERM }),
  column('visit', VISIT),
];

export const ROWS: readonly Row[] = [
  [
    99001416,
    1,
    'Élan, "Süd" – 東',
    1234.5,
    0.25,
    true,
    '2024-02-29',
    '2025-01-31T12:34:56.000000Z',
    ['pool', 'a "gym", small'],
    [
      { months: 12, rent: 1500 },
      { months: 6, rent: null },
    ],
    { city: 'São Paulo', day: '2025-06-01', at: '2025-06-01T00:00:00.250000Z' },
  ],
  [99001417, -2147483648, 'two\nlines', -0.01, 0, false, '1999-12-31', '1969-12-31T23:59:59.500000Z', [], [], null],
  [9007199254740991, 2147483647, '', 1e15, 1e-7, null, null, null, [null], null, { city: null, day: null, at: null }],
  [9007199254740993n, null, null, null, null, null, null, null, null, null, null],
];

/** As text between commas, unquoted. */
export const CSV_ROWS = [
  [
    '99001416',
    '1',
    'Élan, "Süd" – 東',
    '1234.5',
    '0.25',
    'true',
    '2024-02-29',
    '2025-01-31T12:34:56.000000Z',
    '["pool","a \\"gym\\", small"]',
    '[{"months":12,"rent":1500.0},{"months":6,"rent":null}]',
    '{"city":"São Paulo","day":"2025-06-01","at":"2025-06-01T00:00:00.250000Z"}',
  ],
  [
    '99001417',
    '-2147483648',
    'two\nlines',
    '-0.01',
    '0.0',
    'false',
    '1999-12-31',
    '1969-12-31T23:59:59.500000Z',
    '[]',
    '[]',
    '',
  ],
  [
    '9007199254740991',
    '2147483647',
    '',
    '1000000000000000.0',
    '1e-07',
    '',
    '',
    '',
    '[null]',
    '',
    '{"city":null,"day":null,"at":null}',
  ],
  ['9007199254740993', '', '', '', '', '', '', '', '', '', ''],
];

/** The rows as objects, with ids as the reader gives them. */
export function asObjects(change: (value: Row[number], name: string) => unknown): readonly Record<string, unknown>[] {
  return ROWS.map((row) =>
    Object.fromEntries(COLUMNS.map(({ name }, index) => [name, change(row[index] ?? null, name)])),
  );
}
