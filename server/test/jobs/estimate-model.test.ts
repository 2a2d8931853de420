import { describe, expect, it } from 'vitest';
import { DEFAULT_FILE_OPTIONS, type OutputFormat, type ReportJob, type ReportSpec } from '../../src/core/job.ts';
import { estimateParquetBytes, estimateSeconds } from '../../src/jobs/estimate/model.ts';

const SPEC: ReportSpec = {
  ...DEFAULT_FILE_OPTIONS,
  reportType: 'units',
  outputFormat: 'parquet',
  startDate: '2026-01-01',
  endDate: '2026-01-31',
};
const CREATED = new Date('2026-02-01T00:00:00Z');

const WAITED_MS = 3_600_000;

/** Ran so long, after an hour of waiting. */
function finished(outputFormat: OutputFormat, rows: number, bytes: number, seconds: number): ReportJob {
  const startedAt = new Date(CREATED.getTime() + WAITED_MS);
  return {
    accountId: 'a',
    credentialId: 'c',
    kind: 'report',
    id: 'b',
    spec: { ...SPEC, outputFormat },
    propertyCount: 10,
    callbackUrl: null,
    status: 'succeeded',
    progress: { phase: 'done', rowsWritten: rows, rowsTotal: rows },
    failure: null,
    warnings: [],
    dataVersion: 1,
    results: [{ key: 'k', filename: 'f', contentType: 'c', rows, bytes, sha256: 'ab' }],
    createdAt: CREATED,
    startedAt,
    revision: 1,
    updatedAt: CREATED,
    finishedAt: new Date(startedAt.getTime() + seconds * 1000),
    expiresAt: null,
  };
}

describe('Parquet bytes', () => {
  const extent = { rows: 10_000, properties: 10 };
  const modelled = estimateParquetBytes(SPEC, extent, []);

  it('are more than nothing for a file without rows, and grow with rows and properties', () => {
    const empty = estimateParquetBytes(SPEC, { rows: 0, properties: 0 }, []);
    expect(empty).toBeGreaterThan(1000);
    expect(modelled).toBeGreaterThan(empty);
    expect(estimateParquetBytes(SPEC, { rows: 20_000, properties: 10 }, [])).toBeGreaterThan(modelled);
    expect(estimateParquetBytes(SPEC, { rows: 10_000, properties: 20 }, [])).toBeGreaterThan(modelled);
  });

  it('are believed of the account’s own results before the model', () => {
    const recent = [finished('parquet', 10_000, modelled * 3, 1)];
    expect(estimateParquetBytes(SPEC, extent, recent)).toBeCloseTo(modelled * 3, -1);
  });

  it('are fewer where fewer columns are asked for', () => {
    const two = { ...SPEC, columns: ['property_id', 'unit_id'] };
    expect(estimateParquetBytes(two, extent, [])).toBeLessThan(modelled / 10);
  });

  it('learn nothing from results in other formats or without rows', () => {
    const recent = [finished('csv', 10_000, modelled * 3, 1), finished('parquet', 0, 1, 1)];
    expect(estimateParquetBytes(SPEC, extent, recent)).toBe(modelled);
  });
});

describe('seconds', () => {
  const modelled = estimateSeconds(SPEC, 1_700_000, []);

  it('grow with the rows and are never none', () => {
    expect(modelled).toBeGreaterThan(estimateSeconds(SPEC, 170_000, []));
    expect(estimateSeconds(SPEC, 0, [])).toBeGreaterThan(0);
    expect(estimateSeconds(SPEC, 0, [finished('parquet', 10_000_000, 1, 0)])).toBe(0.1);
  });

  it('are those of the account’s own results from when they were claimed', () => {
    expect(estimateSeconds(SPEC, 1_700_000, [finished('parquet', 1_700_000, 1, 42)])).toBe(42);
  });

  it('include the waiting of a job that does not tell when it had begun', () => {
    const job = { ...finished('parquet', 1_700_000, 1, 42), startedAt: null };
    expect(estimateSeconds(SPEC, 1_700_000, [job])).toBe(3642);
  });

  it('learn nothing from results in other formats', () => {
    expect(estimateSeconds(SPEC, 1_700_000, [finished('csv', 1_700_000, 1, 42)])).toBe(modelled);
  });
});
