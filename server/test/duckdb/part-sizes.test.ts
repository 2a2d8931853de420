/** How many rows of a file are sorted and written together. */
import { expect, it } from 'vitest';
import type { Rows } from '../../src/core/plan/rows.ts';
import { rowsPerPart } from '../../src/duckdb/child/formats.ts';

const MIB = 2 ** 20;

function columns(count: number): Pick<Rows, 'columns'> {
  const value = { node: 'literal', value: null } as unknown as Rows['columns'][number]['value'];
  return { columns: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, type: 'text', value })) };
}

it.each([
  ['csv', 100, 512, { first: 50_000, others: 149_130 }],
  ['jsonl', 100, 512, { first: 44_739, others: 44_739 }],
  // Half the memory, half the rows.
  ['csv', 100, 256, { first: 50_000, others: 74_565 }],
  // Neither so few that each reads everything again, nor so many that nobody sees how far it is.
  ['jsonl', 200, 64, { first: 10_000, others: 10_000 }],
  ['csv', 5, 4096, { first: 50_000, others: 200_000 }],
  ['csv', 0, 512, { first: 50_000, others: 200_000 }],
  ['parquet', 100, 64, { first: 122_880, others: 122_880 }],
] as const)('%s of %d columns in %d MiB', (format, count, mebibytes, sizes) => {
  expect(rowsPerPart(columns(count), format, { partBytes: mebibytes * MIB })).toEqual(sizes);
});
