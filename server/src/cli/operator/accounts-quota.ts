/** `conveyance accounts quota set` and `accounts quota show`. */
import { argument, formatTable, usage } from '@conveyance/cli/terminal';
import type { Deps } from '../../core/ports/deps.ts';
import { quotaMonth } from '../../core/quota.ts';
import { setQuota, UNLIMITED } from '../../jobs/account-changes.ts';
import { quotaChanges } from '../../jobs/operator/accounts.ts';
import { quotaFields } from '../../wire/admin/account.ts';
import { defineCommand } from '../world/command.ts';
import { asOperator, DATA_DIR, findAccount } from './operator.ts';

/** A number of properties, or null for `unlimited`. */
export function parseQuota(word: string): number | null {
  if (word === UNLIMITED) return null;
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw usage(`the quota must be a whole number from 0, or ${UNLIMITED}; got "${word}"`);
}

async function readQuota(deps: Pick<Deps, 'db' | 'clock'>, id: string) {
  const month = quotaMonth(deps.clock());
  const usage = await deps.db.quota.usage(id, month);
  const { quota_usage, history } = quotaFields(id, month, usage, await quotaChanges(deps, id));
  return { fields: { id, month, quota_limit: usage.limit ?? UNLIMITED, quota_usage }, history };
}

export const accountsQuotaSet = defineCommand({
  name: 'accounts quota set',
  summary: 'Limit how many properties an account may export in a calendar month',
  details:
    'Counts distinct properties over all jobs of the month (UTC); a property already exported this month is free, and failed and ' +
    'cancelled jobs cost nothing. A limit below what is already used refuses further properties, and takes nothing back.',
  arguments: {
    id: argument('The account: its id or its name.'),
    quota: argument(`Distinct properties per month, or ${UNLIMITED}.`),
  },
  options: DATA_DIR,
  examples: [
    { line: 'conveyance accounts quota set 0b5c… 5000', meaning: 'At most 5,000 properties a month' },
    { line: 'conveyance accounts quota set 0b5c… unlimited', meaning: 'No limit, as a new account has none' },
  ],
  async run({ args, options, out, world }) {
    const limit = parseQuota(args.quota);
    const { fields } = await asOperator(world, options, async (deps) => {
      const { id } = await findAccount(deps, args.id);
      await setQuota(deps, id, limit);
      return readQuota(deps, id);
    });
    out.fields(fields);
  },
});

export const accountsQuotaShow = defineCommand({
  name: 'accounts quota show',
  summary: 'Show an account’s quota, what it has used of it this month, and what it was before',
  details: 'What was set before is told for as long as the audit log is kept, a hundred changes at most.',
  arguments: { id: argument('The account: its id or its name.') },
  options: DATA_DIR,
  examples: [{ line: 'conveyance accounts quota show 0b5c…', meaning: 'How much a customer has left' }],
  async run({ args, options, out, world }) {
    const { fields, history } = await asOperator(world, options, async (deps) => {
      const { id } = await findAccount(deps, args.id);
      return readQuota(deps, id);
    });
    const rows = Object.entries(fields).map(([name, field]) => [name, String(field)]);
    const changes = history.map(({ at, quota_limit, by }) => [
      '  set',
      `${quota_limit ?? UNLIMITED}, ${out.instant(at)}, by ${by}`,
    ]);
    out.data({ ...fields, history }, formatTable([...rows, ...changes]));
  },
});
