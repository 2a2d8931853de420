/** The words of the contracts for what the inside refuses. */
import { describe, expect, test } from 'vitest';
import { PERMISSIONS, type Permission, PermissionDenied, PropertiesDenied } from '../../src/core/access.ts';
import { ConveyanceError } from '../../src/core/errors.ts';
import { JobInProgress } from '../../src/core/turns/job-in-progress.ts';
import { errorBody } from '../../src/wire/apartmentiq/errors.ts';
import { scheduleRunFields } from '../../src/wire/apartmentiq/schedule.ts';
import { REFUSALS } from '../../src/wire/permissions.ts';
import { reonomyErrorBody } from '../../src/wire/reonomy/errors.ts';

const ID = '5f0c1d2e-7a41-4b8e-9a55-0c6f2f1f9b10';

describe('whoever may not do something', () => {
  test.each(Object.keys(PERMISSIONS) as Permission[])(
    'is told so in the sentence of the contracts: %s',
    (permission) => {
      const error = new PermissionDenied(permission, 'for the log');
      const message = REFUSALS[permission];
      expect(message).toMatch(/^You do not have permission to /);
      expect(errorBody(error)).toEqual({ error: 'Forbidden', message });
      expect(reonomyErrorBody(error)).toEqual({ error: 'AuthorizationException', message });
    },
  );

  test('learns of a scheduled run what it would learn of the job', () => {
    const now = new Date(0);
    const run = {
      accountId: ID,
      scheduleId: ID,
      plannedAt: now,
      startDate: '2026-01-01',
      endDate: '2026-01-31',
      state: 'failed',
      deadlineAt: now,
      jobId: null,
      dataComplete: null,
      reason: { code: 'forbidden', message: 'for the log' },
    } as const;
    expect(scheduleRunFields(run)).toMatchObject({ reason_code: 'forbidden', reason: REFUSALS['create jobs'] });
    const denied = new PropertiesDenied([7, 5]);
    expect(scheduleRunFields({ ...run, reason: denied }).reason).toBe(
      'property_ids contains 2 IDs that do not exist or that you may not access: 7, 5',
    );
    const reason = { code: 'quota_exceeded', message: 'Too little is left' } as const;
    expect(scheduleRunFields({ ...run, reason }).reason).toBe(reason.message);
  });
});

test('whoever asks for ids that are not theirs learns which, in both contracts alike', () => {
  const error = new PropertiesDenied([5]);
  const told = {
    message: 'You do not have permission to access the specified properties',
    errors: ['property_ids contains 1 IDs that do not exist or that you may not access: 5'],
  };
  expect(errorBody(error)).toEqual({ error: 'Forbidden', ...told });
  expect(reonomyErrorBody(error)).toEqual({ error: 'AuthorizationException', ...told });
});

describe('an access key whose job has not ended', () => {
  test.each([
    [ID, `Job ${ID}`],
    [null, 'A batch job'],
  ])('is told which, and how the contract calls its end', (jobId, job) => {
    expect(reonomyErrorBody(new JobInProgress(jobId))).toEqual({
      error: 'JobInProgress',
      message: `${job} of this access key has not ended yet; submit the next one when its status is SUCCESS or FAILURE`,
    });
  });
});

test('what a contract has no word for is the server’s fault', () => {
  const error = new ConveyanceError('bad_setting', 'No');
  expect(errorBody(error).error).toBe('Internal Server Error');
  expect(reonomyErrorBody(error).error).toBe('InternalServerError');
});
