/** What a command that takes something away says of the schedules that need it. */
import { formatCounted, type Output } from '@conveyance/cli/terminal';
import type { Schedule } from '../../core/schedules/schedule.ts';

const MOST_NAMED = 20;

export const WITHHELD_REMEDY =
  'Grant them again, or let the owner make the schedules anew without them: conveyance schedules create';

/** As `--json` has them. */
export function scheduleFieldsInNeed(schedules: readonly Schedule[]) {
  return schedules.map(({ id, accountId, template, withheld }) => ({
    schedule_id: id,
    account_id: accountId,
    name: template.name,
    withheld_properties: withheld,
  }));
}

/** On standard error: how many there are, which, and what to do. @param want what they lack. */
export function sayInNeed(out: Output, schedules: readonly Schedule[], want: string, remedy: string): void {
  if (schedules.length === 0) return;
  out.say(
    `${out.styles.bold('note:')} the runs of ${formatCounted(schedules.length, 'schedule')} fail from now on, for want of ${want}`,
  );
  for (const { id, template, withheld } of schedules.slice(0, MOST_NAMED)) {
    const count = withheld === 0 ? '' : `: ${formatCounted(withheld, 'property', 'properties')}`;
    out.say(`  ${id}  ${template.name ?? '-'}${count}`);
  }
  if (schedules.length > MOST_NAMED) out.say(`  and ${schedules.length - MOST_NAMED} more`);
  out.say(`  ${out.styles.dim(remedy)}`);
}
