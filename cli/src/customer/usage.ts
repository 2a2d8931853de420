/** `conveyance usage`. */

import { openClient } from '../terminal/client.ts';
import { defineCommand } from '../terminal/command.ts';
import { formatCount, formatTable } from '../terminal/table.ts';

export const usageCommand = defineCommand({
  name: 'usage',
  summary: 'Show what the account has used of its quota this month',
  arguments: {},
  options: {},
  examples: [{ line: 'conveyance usage', meaning: 'How many more properties can be exported this month' }],
  async run({ out, world }) {
    const usage = await openClient(world).usage({ signal: world.interrupt });
    const { quota_limit: limit, quota_usage: used, period_start: start, period_end: end } = usage;
    const rows = [
      ['period', `${start} to ${end} (UTC)`],
      ['properties used', formatCount(used)],
      ['quota', limit === null ? 'unlimited' : formatCount(limit)],
      ...(limit === null ? [] : [['left', formatCount(Math.max(0, limit - used))]]),
    ];
    out.data(usage, formatTable(rows));
  },
});
