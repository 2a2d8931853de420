import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, checkNode } from '../../src/cli/installation/diagnosis.ts';
import { joinGrants } from '../../src/cli/operator/accounts-grant.ts';
import { withoutGrants } from '../../src/cli/operator/accounts-revoke.ts';
import { DEMO_EXPORTS, demoRequest, verifyRows } from '../../src/cli/server/demo/exports.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { OUTPUT_FORMATS, type OutputFormat, REPORT_TYPES } from '../../src/core/job.ts';
import type { Grants } from '../../src/core/ports/database/accounts.ts';
import { type EngineWorld, openEngineWorld } from '../duckdb/engine-world.ts';

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
  let world: EngineWorld;
  beforeAll(async () => {
    world = await openEngineWorld();
  });
  afterAll(() => world.close());

  async function verify(format: OutputFormat, content: string, rows: number): Promise<void> {
    const path = join(world.directory, `rows.${format}`);
    await writeFile(path, content);
    await verifyRows(world, { path, format, rows }, new AbortController().signal);
  }

  const DAY = 'report_generation_date';

  it.each<[string, OutputFormat, string, number]>([
    ['a header only', 'csv', `${DAY},b\n`, 0],
    ['plain rows', 'csv', `${DAY},b\n2025-01-01,2\n2025-01-02,4\n`, 2],
    ['line ends within quotes', 'csv', `${DAY},b\n2025-01-01,"1\n2"\n2025-01-02,"x ""y\n"" z"\n`, 2],
    ['lines of JSON', 'jsonl', `{"${DAY}":"2025-01-01"}\n{"${DAY}":"2025-01-02","b":"\\n"}\n`, 2],
  ])('takes %s as they are', async (_what, format, content, rows) => {
    await expect(verify(format, content, rows)).resolves.toBeUndefined();
    await expect(verify(format, content, rows + 1)).rejects.toMatchObject({
      name: 'IntegrityError',
      message: expect.stringContaining(`expected ${rows + 1}, got ${rows}`),
    });
  });

  it('refuses what is not whole', async () => {
    await expect(verify('jsonl', `{"${DAY}":"2025-01-01"}\n{"${DAY}`, 2)).rejects.toThrow();
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

  it('by a rule are changed as a whole, or taken away', () => {
    const rule = { rule: "state = 'GA'" };
    expect(() => joinGrants(rule, set(1))).toThrow('what a rule says');
    expect(() => withoutGrants(rule, set(1))).toThrow('what a rule says');
    expect(members(joinGrants(rule, 'all'))).toBe('all');
    expect(members(withoutGrants(rule, 'all'))).toEqual([]);
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
