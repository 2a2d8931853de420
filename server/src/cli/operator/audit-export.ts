/** `conveyance audit export`. */
import { day, jsonLine, type Output, text } from '@conveyance/cli/terminal';
import { addDays, startOfDay } from '../../core/dates.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { auditFields } from '../../wire/admin/audit.ts';
import { defineCommand } from '../world/command.ts';
import { asOperator, DATA_DIR, findAccount } from './operator.ts';

const PAGE = 1000;

interface Period {
  readonly accountId: string | null;
  readonly from: Date | null;
  readonly until: Date | null;
}

async function printAll({ db }: Pick<Deps, 'db'>, out: Output, period: Period): Promise<void> {
  let afterId = 0;
  for (;;) {
    const entries = await db.audit.read({ ...period, afterId, limit: PAGE });
    for (const entry of entries) out.data(auditFields(entry), jsonLine(auditFields(entry)));
    const last = entries.at(-1);
    if (last === undefined) return;
    afterId = last.id;
  }
}

export const auditExport = defineCommand({
  name: 'audit export',
  summary: 'Print the audit log as lines of JSON',
  details: 'Oldest first. docs/audit-log.md says what each event and field means.',
  arguments: {},
  options: {
    from: day('first', { description: 'First day (UTC), inclusive.' }),
    to: day('last', { description: 'Last day (UTC), inclusive.' }),
    account: text('<id|name>', { description: 'For this account only.' }),
    ...DATA_DIR,
  },
  examples: [
    {
      line: 'conveyance audit export --from 2025-01 --to 2025-12 > audit-2025.jsonl',
      meaning: 'A year, for the archive',
    },
  ],
  async run({ options, out, world }) {
    const { account, from, to } = options;
    await asOperator(world, options, async (deps) => {
      await printAll(deps, out, {
        accountId: account === undefined ? null : (await findAccount(deps, account)).id,
        from: from === undefined ? null : startOfDay(from),
        until: to === undefined ? null : startOfDay(addDays(to, 1)),
      });
    });
  },
});
