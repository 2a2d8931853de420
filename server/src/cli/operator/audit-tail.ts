/** `conveyance audit tail`. */
import { formatTable, text, wholeNumber } from '@conveyance/cli/terminal';
import { auditFields } from '../../wire/admin/audit.ts';
import { defineCommand } from '../world/command.ts';
import { AUDIT_HEADER, auditRow } from './audit-view.ts';
import { asOperator, DATA_DIR, findAccount } from './operator.ts';

const DEFAULT_LINES = 20;

export const auditTail = defineCommand({
  name: 'audit tail',
  summary: 'Show the newest entries of the audit log',
  details: 'Who exported, how many properties, when and from where; and who was given a link or fetched the file.',
  arguments: {},
  options: {
    lines: wholeNumber('<n>', 1, { short: 'n', description: `How many. Default: ${DEFAULT_LINES}.` }),
    account: text('<id|name>', { description: 'For this account only.' }),
    ...DATA_DIR,
  },
  examples: [{ line: 'conveyance audit tail -n 50', meaning: 'What happened lately' }],
  async run({ options, out, world }) {
    const entries = await asOperator(world, options, async (deps) => {
      const accountId = options.account === undefined ? null : (await findAccount(deps, options.account)).id;
      return deps.db.audit.last({ accountId, from: null, until: null, limit: options.lines ?? DEFAULT_LINES });
    });
    out.data({ entries: entries.map(auditFields) }, formatTable([AUDIT_HEADER, ...entries.map(auditRow)]));
  },
});
