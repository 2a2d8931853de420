import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinGrants } from '../../src/cli/commands/accounts-grant.ts';
import { withoutGrants } from '../../src/cli/commands/accounts-revoke.ts';
import { countCsvRows, countJsonRows, DEMO_EXPORTS, demoRequest, verifyRows } from '../../src/cli/demo/exports.ts';
import { check, checkNode } from '../../src/cli/diagnosis.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { OUTPUT_FORMATS, REPORT_TYPES } from '../../src/core/job.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import type { Engine } from '../../src/core/ports/engine.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-cli-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function fileWith(text: string): Promise<string> {
  const path = join(directory, 'file');
  await writeFile(path, text);
  return path;
}

describe('the demo’s exports', () => {
  it('are every report once and every format once', () => {
    expect(DEMO_EXPORTS.map(({ report }) => report).toSorted()).toEqual([...REPORT_TYPES].toSorted());
    expect(DEMO_EXPORTS.map(({ format }) => format).toSorted()).toEqual([...OUTPUT_FORMATS].toSorted());
  });

  it('end with the data and are as long as they say, both days counted', () => {
    expect(demoRequest({ report: 'units', format: 'csv', days: 31 }, '2025-12-31', [1])).toEqual({
      report_type: 'units',
      output_format: 'csv',
      start_date: '2025-12-01',
      end_date: '2025-12-31',
      property_ids: [1],
    });
  });
});

describe('counting rows', () => {
  it.each([
    ['a header only', 'a,b\n', 0],
    ['plain rows', 'a,b\n1,2\n3,4\n', 2],
    ['line ends within quotes', 'a,b\n"1\n2",3\n"x ""y\n"" z",4\n', 2],
  ])('of CSV takes %s as they are', async (_what, text, rows) => {
    expect(await countCsvRows(await fileWith(text))).toBe(rows);
  });

  it('of CSV does not depend on where the file is cut into chunks', async () => {
    const row = `"${'x'.repeat(99)}\n${'y'.repeat(99)}"\n`;
    expect(await countCsvRows(await fileWith(`a\n${row.repeat(2_000)}`))).toBe(2_000);
  });

  it('of JSONL reads every line', async () => {
    expect(await countJsonRows(await fileWith('{"a":1}\n{"a":"\\n"}\n'))).toBe(2);
    expect(await countJsonRows(await fileWith(`${JSON.stringify({ a: 'é'.repeat(500) })}\n`.repeat(500)))).toBe(500);
    await expect(countJsonRows(await fileWith('{"a":1}\n{"a":\n'))).rejects.toThrow(SyntaxError);
  });

  it('is compared with the manifest', async () => {
    const engine: Engine = {
      write: () => Promise.reject(new Error('not asked')),
      writeFiles: () => Promise.reject(new Error('not asked')),
      read: () => Promise.reject(new Error('not asked')),
      ask: () => Promise.reject(new Error('not asked')),
      work: () => Promise.reject(new Error('not asked')),
      run: () => Promise.resolve([[{ rows: 3 }]]),
    };
    const { signal } = new AbortController();
    const path = await fileWith('a\n1\n2\n');
    await expect(verifyRows({ engine }, { path, format: 'csv', rows: 2 }, signal)).resolves.toBeUndefined();
    await expect(verifyRows({ engine }, { path, format: 'csv', rows: 3 }, signal)).rejects.toThrow(
      `rows of ${path}: expected 3, got 2`,
    );
    await expect(verifyRows({ engine }, { path, format: 'parquet', rows: 3 }, signal)).resolves.toBeUndefined();
    await expect(verifyRows({ engine }, { path, format: 'parquet', rows: 4 }, signal)).rejects.toMatchObject({
      name: 'IntegrityError',
    });
  });
});

describe('grants', () => {
  const set = (...ids: number[]) => PropertyIdSet.of(ids);
  const members = (grants: Grants) => (grants === 'all' ? grants : [...grants]);

  it('are joined', () => {
    expect(members(joinGrants(set(1, 3), set(2, 3)))).toEqual([1, 2, 3]);
    expect(members(joinGrants('all', set(1)))).toBe('all');
    expect(members(joinGrants(set(1), 'all'))).toBe('all');
  });

  it('are taken away, but no list out of all', () => {
    expect(members(withoutGrants(set(1, 2, 3), set(2, 4)))).toEqual([1, 3]);
    expect(members(withoutGrants(set(1), 'all'))).toEqual([]);
    expect(members(withoutGrants('all', 'all'))).toEqual([]);
    expect(() => withoutGrants('all', set(1))).toThrow('Revoke all first');
  });
});

describe('the doctor', () => {
  it.each([
    ['v20.19.0', true],
    ['v20.20.2', true],
    ['v22.1.0', true],
    ['v20.18.9', false],
    ['v18.20.0', false],
  ])('judges Node %s', (version, ok) => {
    expect(checkNode(version)).toMatchObject({ ok, detail: expect.stringContaining(version) });
  });

  it('says what a check failed of and goes on', async () => {
    expect(await check('disk', () => Promise.reject(new Error('1 B free')))).toEqual({
      check: 'disk',
      ok: false,
      detail: '1 B free',
    });
  });
});
