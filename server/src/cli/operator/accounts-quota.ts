/** `conveyance accounts quota set` and `accounts quota show`. */
import { argument, usage } from '@conveyance/cli/terminal';
import type { Deps } from '../../core/ports/deps.ts';
import { type QuotaUsage, quotaMonth } from '../../core/quota.ts';
import { setQuota, UNLIMITED } from '../../jobs/account-changes.ts';
import { defineCommand } from '../world/command.ts';
import { asOperator, DATA_DIR, findAccount } from './operator.ts';

/** A number of properties, or null for `unlimited`. */
export function parseQuota(word: string): number | null {
  if (word === UNLIMITED) return null;
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw usage(`the quota must be a whole number from 0, or ${UNLIMITED}; got "${word}"`);
}

function quotaFields(id: string, month: string, { limit, usage: used }: QuotaUsage) {
  return { id, month, quota_limit: limit ?? UNLIMITED, quota_usage: used };
}

async function readQuota({ db, clock }: Pick<Deps, 'db' | 'clock'>, id: string) {
  const month = quotaMonth(clock());
  return quotaFields(id, month, await db.quota.usage(id, month));
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
    const fields = await asOperator(world, options, async (deps) => {
      const { id } = await findAccount(deps, args.id);
      await setQuota(deps, id, limit);
      return readQuota(deps, id);
    });
    out.fields(fields);
  },
});

export const accountsQuotaShow = defineCommand({
  name: 'accounts quota show',
  summary: 'Show an account’s quota and what it has used of it this month',
  arguments: { id: argument('The account: its id or its name.') },
  options: DATA_DIR,
  examples: [{ line: 'conveyance accounts quota show 0b5c…', meaning: 'How much a customer has left' }],
  async run({ args, options, out, world }) {
    const fields = await asOperator(world, options, async (deps) => {
      const { id } = await findAccount(deps, args.id);
      return readQuota(deps, id);
    });
    out.fields(fields);
  },
});
