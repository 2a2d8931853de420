/** What is told of data that there is not, from the list of files alone. */
import { describe, expect, it } from 'vitest';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import type { DataFile } from '../../src/core/ports/database/warehouse.ts';
import { dataDays, missingData } from '../../src/jobs/missing-data.ts';

function file(minPropertyId: number, maxPropertyId: number, minDate: string, maxDate: string): DataFile {
  return {
    key: `${minPropertyId}/${minDate}`,
    rows: 1,
    bytes: 1,
    minPropertyId,
    maxPropertyId,
    minDate,
    maxDate,
  } as DataFile;
}

const VERSION = {
  tables: {
    property_days: [file(10, 20, '2025-03-01', '2025-03-31'), file(30, 40, '2025-01-01', '2025-02-28')],
    unit_days: [],
  },
};

function missing(startDate: string, endDate: string, ...ids: number[]) {
  return missingData({ reportType: 'property', startDate, endDate }, VERSION, encodePropertyIds(ids, ids.length));
}

describe('the days with data', () => {
  it('are those of all files of the report', () => {
    expect(dataDays(VERSION, 'property')).toEqual({ first: '2025-01-01', last: '2025-03-31' });
    expect([dataDays(VERSION, 'units'), dataDays(VERSION, 'floorplans')]).toEqual([null, null]);
  });
});

describe('a request', () => {
  it.each<[string, string, string, number[]]>([
    ['within the data', '2025-03-05', '2025-03-06', [12]],
    ['that touches its first day', '2024-01-01', '2025-01-01', [30]],
    ['that touches its last day', '2025-03-31', '2026-01-01', [20]],
    ['of one property with data among others', '2025-03-01', '2025-03-01', [1, 5, 99, 15]],
  ])('%s is told nothing', (_what, start, end, ids) => {
    expect(missing(start, end, ...ids)).toEqual([]);
  });

  it.each([
    ['2025-04-01', '2025-04-30'],
    ['2020-01-01', '2024-12-31'],
  ])('from %s to %s is told which days there are', (start, end) => {
    expect(missing(start, end, 12)).toEqual([
      `there is no data from ${start} to ${end}: the data of report property begins on 2025-01-01 and ends on 2025-03-31; the file will be empty`,
    ]);
  });

  it('of properties without data on its days is told so', () => {
    for (const ids of [[25], [12], [1, 50]]) {
      expect(missing('2025-02-01', '2025-02-10', ...ids)).toEqual([
        'none of the properties has data from 2025-02-01 to 2025-02-10, although the data of report property begins on 2025-01-01 and ends on 2025-03-31; the file will be empty',
      ]);
    }
  });

  it('before anything is loaded is told that', () => {
    const spec = { reportType: 'units', startDate: '2025-01-01', endDate: '2025-01-01' } as const;
    expect(missingData(spec, VERSION, encodePropertyIds([12], 1))).toEqual([
      'there is no data of report units yet: the file will be empty',
    ]);
  });
});
