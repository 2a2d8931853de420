/** CONVEYANCE_WEBHOOK_SCHEDULE. */
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/config.ts';
import { WEBHOOK_SCHEDULE_SECONDS } from '../../src/core/webhooks/retry.ts';

function schedule(text: string | undefined): readonly number[] {
  return readSettings({ CONVEYANCE_WEBHOOK_SCHEDULE: text }).webhookSchedule;
}

describe('the schedule of tries', () => {
  it('is the published one unless something else is set', () => {
    expect(schedule(undefined)).toEqual(WEBHOOK_SCHEDULE_SECONDS);
    expect(schedule('')).toEqual(WEBHOOK_SCHEDULE_SECONDS);
  });

  it('is what the setting lists', () => {
    expect(schedule('0')).toEqual([0]);
    expect(schedule(' 0, 5,604800 ')).toEqual([0, 5, 604_800]);
  });

  it.each([',', '0,', '1.5', '-1', 'never', '0 5', '604801', '99999999', Array(51).fill(1).join(',')])(
    'is refused as %s',
    (text) => {
      expect(() => schedule(text)).toThrow(/CONVEYANCE_WEBHOOK_SCHEDULE must be at most 50 delays/);
    },
  );
});
