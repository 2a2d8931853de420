/** What the message of a file job tells of what was asked for. */
import { describe, expect, test } from 'vitest';
import type { FileJob } from '../../src/core/job.ts';
import { fileJobFields } from '../../src/wire/reonomy/file-job.ts';

const NOW = new Date('2026-12-01T00:00:00Z');
const COUNTS = { requested: 1, duplicate: 0, unknown: 0, notUpdated: 0 };

/** What the message reads of a job. */
function jobOf(kind: FileJob['kind'], spec: object): FileJob {
  const progress = { phase: 'done', rowsWritten: 1, rowsTotal: 1 };
  const dates = { createdAt: NOW, updatedAt: NOW, expiresAt: null };
  const job = {
    kind,
    spec,
    status: 'succeeded',
    failure: null,
    progress,
    ...dates,
    accountId: 'a',
    id: 'b',
    credentialId: 'c',
  };
  return job as unknown as FileJob;
}

function requestOf(job: FileJob, isWhole = true): unknown {
  return fileJobFields(job, { now: NOW, isWhole }).metadata.request;
}

const BOX = { north: 41, south: 40, west: -74, east: -73 };
const SEARCH = jobOf('search', { settings: { city: ['Rome'] }, boundingBox: BOX });

describe('what was asked for', () => {
  test.each<[string, FileJob, unknown]>([
    [
      'of details',
      jobOf('property-details', {
        detailTypes: ['basic'],
        filterPii: true,
        updated: { basic: '2026-01-01' },
        counts: COUNTS,
      }),
      { detail_type: ['basic'], updated: { basic: '2026-01-01' }, filters: { filter_pii: true } },
    ],
    [
      'of all details',
      jobOf('property-details', { detailTypes: ['sales'], filterPii: false, updated: null, counts: COUNTS }),
      { detail_type: ['sales'] },
    ],
    [
      'of a search on the map',
      SEARCH,
      {
        settings: { city: ['Rome'] },
        bounding_box: { top_left: { lat: 41, lon: -74 }, bottom_right: { lat: 40, lon: -73 } },
      },
    ],
    [
      'of a match',
      jobOf('match', {
        ...{ headers: ['a'], mapping: {}, explain: true },
        counts: { rows: 1, duplicate: 0, ragged: 0, errorDecodingLines: [] },
      }),
      { explain: true },
    ],
  ])('is told %s', (_what, job, request) => {
    expect(requestOf(job)).toEqual(request);
  });

  test('is not told in a list, nor where it is long', () => {
    expect(requestOf(SEARCH, false)).toBeUndefined();
    const city = Array.from({ length: 2000 }, (_, at) => `city ${at}`);
    expect(requestOf(jobOf('search', { settings: { city } }))).toBeUndefined();
  });
});
