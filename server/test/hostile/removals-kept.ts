/** Guards against rows that nothing ever deletes, and against more of them than there may be. */
import { type Removal, removal } from './removal.ts';

const SWEEPS_TEST = 'postgres/retention.test.ts';
const SWEEPS = 'jobs/retention.ts';
const UPKEEP_TEST = 'worker/upkeep.test.ts';
const UPKEEP = 'worker/upkeep.ts';

export const KEPT_REMOVALS: Readonly<Record<string, Removal>> = {
  'job-retention': removal(
    'a job and its ids are deleted after their retention',
    'flow/retention.test.ts',
    SWEEPS,
    ['retention.deleteJobs({ endedBefore, monthStart }, limit)', 'Promise.resolve(0)'],
    'is kept for its retention',
  ),
  'row-sweeps': removal('no store deletes old rows that no sweep asks it to', SWEEPS_TEST, SWEEPS, [
    "['deliveries', ({ retention }, limit) => retention.deleteUnsentTests(daysAgo(DELIVERY_LOG_DAYS), limit)],",
    '',
  ]),
  'row-sweeps-whole': removal('a sweep goes on until nothing old is left', SWEEPS_TEST, SWEEPS, [
    'deleted === BATCH && round < MOST_BATCHES',
    'round < 1',
  ]),
  'retention-table': removal(
    'no table is without a retention',
    SWEEPS_TEST,
    'jobs/retention-table.ts',
    ["kept_versions: {\n    kept: 'until',", "forgotten: {\n    kept: 'until',"],
    'every table has a retention',
  ),
  'retention-chore': removal('workers delete old rows again and again', UPKEEP_TEST, UPKEEP, [
    "repeat(deps, 'retention', SWEEP_INTERVAL_MS,",
    '((..._work: unknown[]) => () => undefined)(',
  ]),
  'key-chore': removal('workers forget old idempotency keys again and again', UPKEEP_TEST, UPKEEP, [
    "repeat(deps, 'forget-keys', SWEEP_INTERVAL_MS,",
    '((..._work: unknown[]) => () => undefined)(',
  ]),
  schedules: removal(
    'an account has so many schedules',
    'http/schedules.test.ts',
    'jobs/schedules/schedules.ts',
    ['insert(schedule, policy.schedulesPerAccount)', 'insert(schedule, 1_000_000)'],
    'as many as the operator allows',
  ),
  lists: removal(
    'an account has so many lists',
    'http/lists.test.ts',
    'properties/lists/lists.ts',
    ['content }, deps.policy.listsPerAccount)', 'content }, 1_000_000)'],
    'as many lists as the operator allows',
  ),
};
