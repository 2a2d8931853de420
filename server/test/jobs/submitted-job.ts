import { DEFAULT_FILE_OPTIONS, type ReportJob } from '../../src/core/job.ts';

export const NOW = new Date('2026-03-01T12:00:00Z');
export const KEY = { accountId: 'c0ffee00-0000-4000-8000-000000000001', id: 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec' };

/** A report job as it is before its first attempt. */
export function submittedJob(change: Partial<ReportJob> = {}): ReportJob {
  return {
    ...KEY,
    kind: 'report',
    credentialId: 'c0ffee00-0000-4000-8000-000000000002',
    spec: {
      reportType: 'property',
      outputFormat: 'csv',
      startDate: '2026-01-01',
      endDate: '2026-01-31',
      ...DEFAULT_FILE_OPTIONS,
    },
    propertyCount: 1,
    callbackUrl: null,
    status: 'submitted',
    progress: { phase: 'queued', rowsWritten: 0, rowsTotal: null },
    failure: null,
    warnings: [],
    dataVersion: 1,
    results: [],
    createdAt: NOW,
    updatedAt: NOW,
    startedAt: null,
    revision: 1,
    finishedAt: null,
    expiresAt: null,
    ...change,
  };
}
