import { describe, expect, test } from 'vitest';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS, type ReportJob } from '../../src/core/job.ts';
import { retryAfterSeconds } from '../../src/http/dialects/apartmentiq/jobs/batch-job.ts';
import { batchJobFields, batchJobSchema, batchJobText } from '../../src/wire/apartmentiq/batch-job.ts';

const ORIGIN = 'https://data.example.com';
const SUBMITTED: ReportJob = {
  kind: 'report',
  credentialId: '0c5f2f4e-1111-4222-8333-944455556666',
  accountId: '9d0cf6f6-4a36-4a6b-8a4e-3c5f0d6f8f10',
  id: 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec',
  spec: {
    reportType: 'property',
    outputFormat: 'jsonl',
    startDate: '2025-01-01',
    endDate: '2025-12-31',
    ...DEFAULT_FILE_OPTIONS,
  },
  propertyCount: 3,
  callbackUrl: null,
  status: 'submitted',
  progress: { phase: 'queued', rowsWritten: 0, rowsTotal: null },
  failure: null,
  warnings: [],
  dataVersion: 7,
  results: [],
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
  updatedAt: new Date('2026-01-02T03:04:05.678Z'),
  startedAt: null,
  revision: 1,
  finishedAt: null,
  expiresAt: null,
};

describe('batchJobFields', () => {
  test('a new job: the contract’s optional fields are left out, ours are null', () => {
    expect(batchJobFields(SUBMITTED, ORIGIN)).toEqual({
      job_id: 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec',
      status: 'submitted',
      report_type: 'property',
      output_format: 'jsonl',
      start_date: '2025-01-01',
      end_date: '2025-12-31',
      columns: null,
      compression: 'none',
      csv_profile: 'standard',
      name: null,
      created_at: '2026-01-02T03:04:05.678Z',
      updated_at: '2026-01-02T03:04:05.678Z',
      started_at: null,
      finished_at: null,
      progress: {
        phase: 'queued',
        percent: 0,
        rows_written: 0,
        rows_total: null,
        queue_position: null,
        eta_seconds: null,
      },
      warnings: [],
      data_version: 7,
      expires_at: null,
      result: null,
      error_code: null,
    });
  });

  test('a succeeded job carries its result', () => {
    const fields = batchJobFields(
      {
        ...SUBMITTED,
        status: 'succeeded',
        callbackUrl: 'https://example.com/webhook',
        progress: { phase: 'done', rowsWritten: 93, rowsTotal: 93 },
        startedAt: new Date('2026-01-02T03:04:06Z'),
        finishedAt: new Date('2026-01-02T03:04:07Z'),
        expiresAt: new Date('2026-02-01T00:00:00Z'),
        results: [
          {
            key: 'results/9d0cf6f6/ed49987b/1/property.jsonl',
            filename: 'property.jsonl',
            contentType: 'application/x-ndjson',
            rows: 93,
            bytes: 4567,
            sha256: 'ab'.repeat(32),
          },
        ],
      },
      ORIGIN,
    );
    expect(fields).toMatchObject({
      callback_url: 'https://example.com/webhook',
      progress: { phase: 'done', percent: 100, rows_written: 93, rows_total: 93 },
      started_at: '2026-01-02T03:04:06.000Z',
      finished_at: '2026-01-02T03:04:07.000Z',
      expires_at: '2026-02-01T00:00:00.000Z',
      result: {
        rows: 93,
        bytes: 4567,
        sha256: 'ab'.repeat(32),
        content_type: 'application/x-ndjson',
        filename: 'property.jsonl',
        columns_url: `${ORIGIN}/apartmentiq/api/v1/bulk_api/report_types/property`,
      },
    });
    expect(JSON.stringify(fields)).not.toContain('results/');
  });

  test('a failed job says why, in a word and in a sentence', () => {
    const failure = { code: 'time_limit_exceeded', message: 'The job ran longer than an hour' };
    expect(batchJobFields({ ...SUBMITTED, status: 'failed', failure }, ORIGIN)).toMatchObject({
      error_code: 'time_limit_exceeded',
      error_message: 'The job ran longer than an hour',
    });
  });
});

describe('a running job', () => {
  const running = (rowsWritten: number, seconds: number): ReportJob => ({
    ...SUBMITTED,
    progress: { phase: 'running', rowsWritten, rowsTotal: 1000 },
    startedAt: SUBMITTED.createdAt,
    updatedAt: new Date(SUBMITTED.createdAt.getTime() + seconds * 1000),
  });

  test.each([
    ['no rows yet', running(0, 60), null],
    ['too few rows', running(49, 60), null],
    ['too short a time', running(500, 0.9), null],
    ['a tenth in ten seconds', running(100, 10), 90],
    ['half in one second', running(500, 1), 1],
    ['all rows', running(1000, 20), 0],
    [
      'what finalizes',
      { ...running(1000, 20), progress: { phase: 'finalizing', rowsWritten: 1000, rowsTotal: 1000 } },
      null,
    ],
    ['what has ended', { ...running(100, 10), status: 'cancelled' }, null],
  ] as const)('%s: eta_seconds', (_case, job, seconds) => {
    expect(batchJobFields(job, ORIGIN).progress.eta_seconds).toBe(seconds);
  });

  test('is worth asking for again when it should be done', () => {
    expect(retryAfterSeconds(running(500, 12), new Date(SUBMITTED.createdAt.getTime() + 12_000))).toBe(12);
    expect(retryAfterSeconds(running(100, 60), SUBMITTED.createdAt)).toBe(30);
    expect(retryAfterSeconds(running(1000, 60), SUBMITTED.createdAt)).toBe(1);
  });
});

describe('batchJobText', () => {
  test('is the fields with the ids of the request, in its order', () => {
    const ids = [99001470, 99001416, 99004737];
    const body = JSON.parse([...batchJobText(SUBMITTED, encodePropertyIds(ids, ids.length), ORIGIN)].join(''));
    expect(body).toEqual({ ...batchJobFields(SUBMITTED, ORIGIN), property_ids: ids });
    expect(batchJobSchema.strict().safeParse(body).success).toBe(true);
  });

  test('comes in pieces that stay small however many ids there are', () => {
    const ids = Array.from({ length: 200_000 }, (_, index) => 99_000_000 + index);
    const pieces = [...batchJobText(SUBMITTED, encodePropertyIds(ids, ids.length), ORIGIN)];
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(70_000);
    expect(pieces.length).toBeGreaterThan(20);
    expect(JSON.parse(pieces.join('')).property_ids).toEqual(ids);
  });
});

describe('retryAfterSeconds', () => {
  test.each([
    [0, 1],
    [15, 1],
    [100, 10],
    [3600, 30],
    [-5, 1],
  ])('after %d s of waiting, ask again in %d s', (waited, expected) => {
    const now = new Date(SUBMITTED.createdAt.getTime() + waited * 1000);
    expect(retryAfterSeconds(SUBMITTED, now)).toBe(expected);
  });
});
