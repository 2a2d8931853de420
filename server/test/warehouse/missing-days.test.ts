import { expect, it } from 'vitest';
import { missingRuns } from '../../src/warehouse/history/days.ts';

it.each<[readonly string[], readonly object[]]>([
  [[], []],
  [['2025-01-01'], []],
  [['2024-02-28', '2024-02-29', '2024-03-01'], []],
  [['2025-01-01', '2025-01-03'], [{ from: '2025-01-02', to: '2025-01-02', days: 1 }]],
  [
    ['2024-12-30', '2025-01-02', '2025-01-03', '2025-03-01'],
    [
      { from: '2024-12-31', to: '2025-01-01', days: 2 },
      { from: '2025-01-04', to: '2025-02-28', days: 56 },
    ],
  ],
])('of %j', (days, runs) => {
  expect(missingRuns(days)).toEqual(runs);
});
