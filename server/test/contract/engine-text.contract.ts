import { copyFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPRESSIONS } from '../../src/core/job.ts';
import type { TextForm } from '../../src/core/ports/engine.ts';
import type { Row } from '../../src/core/rows.ts';
import { column, type EngineWorld, never } from '../duckdb/engine-world.ts';
import { givenPlan } from '../duckdb/plans.ts';
import { sourceFiles } from '../support/source-files.ts';

const COLUMNS = [
  column('property_id', 'id'),
  column('text', 'text'),
  column('rent', 'money'),
  column('day', 'date'),
  column('is_new', 'boolean'),
  column('at', 'instant'),
  column('terms', { list: { struct: { months: 'count', rent: 'money' } } }),
];

/** What a reader of text may take for something else. */
const ROWS: readonly Row[] = [
  [1, 'a, "b"\nc;\td', 1234.5, '2025-01-31', true, '2025-01-31T12:00:00.123456Z', [{ months: 12, rent: 1000 }]],
  [2, '', 0, '1969-12-31', false, '1969-12-31T23:59:59.000000Z', []],
  [3, null, null, null, null, null, null],
  [4, '=1+1', -0.5, '2024-02-29', true, '2024-02-29T00:00:00.000000Z', [{ months: null, rent: null }]],
  [5, 'null', 1e15, '2025-01-31', true, '2025-01-31T12:00:00.000000Z', []],
  [6, '\u00e4\u{1f3e0}\u2028', 0.1, '2025-01-31', true, '2025-01-31T12:00:00.000000Z', []],
];

const FORMS = (['csv', 'jsonl'] as const).flatMap((format) =>
  COMPRESSIONS.map((compression): TextForm => ({ format, compression })),
);

/** What an engine has written as text, every engine reads as the same values. */
export function engineTextContract(open: () => Promise<EngineWorld>): void {
  let world: EngineWorld;
  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  async function written(rows: readonly Row[], form: TextForm, key: string, profile: 'standard' | 'excel') {
    const sink = world.sink(form.format, { compression: form.compression, csvProfile: profile });
    await world.engine.write(givenPlan(COLUMNS, [rows]), [sink], { signal: never });
    await copyFile(sink.path, world.path(key));
    const table = { columns: COLUMNS, files: sourceFiles(key), form };
    const [answer = []] = await world.engine.run(
      { tables: { t: table }, inputs: {}, directories: [], steps: [{ sql: 'FROM t ORDER BY property_id' }] },
      { lane: 'load' },
      { signal: never },
    );
    return answer.map((row) => COLUMNS.map(({ name }) => row[name] ?? null));
  }

  /** In CSV a nested value is a text. */
  function expected({ format }: TextForm): readonly Row[] {
    if (format === 'jsonl') return ROWS;
    // With the engine’s own spelling of numbers.
    const text = (value: unknown) => JSON.stringify(value).replace('1000', '1000.0');
    return ROWS.map((row) => row.with(-1, row.at(-1) === null ? null : text(row.at(-1))));
  }

  describe('read text that they wrote', () => {
    it.each(FORMS)('$format, $compression: value for value', async (form) => {
      const read = await written(ROWS, form, `values.${form.format}.${form.compression}`, 'standard');
      expect(read).toEqual(expected(form));
    });

    it.each(FORMS)('$format, $compression: also without any rows', async (form) => {
      expect(await written([], form, `none.${form.format}.${form.compression}`, 'standard')).toEqual([]);
    });

    it('the CSV for spreadsheets, where a formula has its apostrophe', async () => {
      const form = { format: 'csv', compression: 'none' } as const;
      const read = await written(ROWS, form, 'sheet.csv', 'excel');
      expect(read.map(([, text]) => text)).toEqual(ROWS.map(([, text]) => (text === '=1+1' ? "'=1+1" : text)));
    });

    it('no file at all', async () => {
      const table = { columns: COLUMNS, files: [], form: { format: 'csv', compression: 'none' } as const };
      const program = { tables: { t: table }, inputs: {}, directories: [], steps: [{ sql: 'FROM t' }] };
      expect(await world.engine.run(program, { lane: 'load' }, { signal: never })).toEqual([[]]);
    });
  });
}
