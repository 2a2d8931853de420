/** `conveyance accounts show`, `rename`, `suspend`, `resume` and `delete`. */
import { argument, formatCount, formatTable, type Output, usage } from '@conveyance/cli/terminal';
import { BY_COMMAND } from '../../../core/audit.ts';
import type { Deps } from '../../../core/ports/deps.ts';
import {
  deleteAccount,
  quotaChanges,
  readAccount,
  renameAccount,
  resumeAccount,
  suspendAccount,
} from '../../../jobs/operator/accounts.ts';
import { countVisible } from '../../../jobs/operator/grants.ts';
import { accountDetailsFields, nameFault } from '../../../wire/admin/account.ts';
import { defineCommand } from '../../world/command.ts';
import { confirmed, YES } from '../../world/confirm.ts';
import { asOperator, DATA_DIR, findAccount } from '../operator.ts';

const ACCOUNT = { id: argument('The account: its id or its name.') };

async function detailsOf(deps: Pick<Deps, 'db' | 'engine' | 'clock'>, id: string) {
  const account = await readAccount(deps, BY_COMMAND, id);
  const credentials = await deps.db.credentials.list(id);
  const changes = await quotaChanges(deps, id);
  return {
    ...accountDetailsFields(account, await countVisible(deps, account), credentials),
    quota_history: changes.map(({ at, subject, credentialId }) => ({
      at: at.toISOString(),
      quota: subject ?? '',
      by: credentialId ?? '',
    })),
  };
}

function print(out: Output, account: Awaited<ReturnType<typeof detailsOf>>): void {
  const { property_count: properties, quota_limit: limit, credentials } = account;
  const good = credentials.filter(({ revoked_at }) => revoked_at === null);
  const rows = [
    ['account', account.account_id],
    ['name', account.name],
    ['state', account.state],
    ['created', out.instant(account.created_at)],
    ['properties', properties === null ? 'all' : formatCount(properties)],
    ...(account.grant_rule === null ? [] : [['  by the rule', account.grant_rule]]),
    ['quota', `${formatCount(account.quota_usage)} of ${limit === null ? 'unlimited' : formatCount(limit)} this month`],
    ...account.quota_history.map(({ at, quota, by }) => ['  set', `${quota}, ${out.instant(at)}, by ${by}`]),
    ['jobs', `${formatCount(account.jobs_running)} running, ${formatCount(account.jobs_waiting)} waiting`],
    ...good.map(({ access_key, kind, name, last_used_at }) => [
      kind,
      `${access_key ?? '-'}${name === null ? '' : ` (${name})`}, last used ${last_used_at === null ? 'never' : out.instant(last_used_at)}`,
    ]),
  ];
  out.data(account, formatTable(rows));
}

export const accountsShow = defineCommand({
  name: 'accounts show',
  summary: 'Show an account: its state, quota with history, jobs under way, credentials',
  arguments: ACCOUNT,
  options: DATA_DIR,
  examples: [{ line: 'conveyance accounts show "Acme Analytics"', meaning: 'How does a customer stand?' }],
  async run({ args, options, out, world }) {
    const account = await asOperator(world, options, async (deps) =>
      detailsOf(deps, (await findAccount(deps, args.id)).id),
    );
    print(out, account);
  },
});

export const accountsRename = defineCommand({
  name: 'accounts rename',
  summary: 'Give an account another name',
  details: 'Its id stays, and with it everything that names the account.',
  arguments: { ...ACCOUNT, name: argument('The new name.') },
  options: DATA_DIR,
  examples: [{ line: 'conveyance accounts rename Acme "Acme Analytics"', meaning: 'After a merger' }],
  async run({ args, options, out, world }) {
    const name = args.name.trim();
    const fault = nameFault(name);
    if (fault !== null) throw usage(`the name ${fault}`);
    const id = await asOperator(world, options, async (deps) => {
      const account = await findAccount(deps, args.id);
      await renameAccount(deps, BY_COMMAND, { id: account.id, name });
      return account.id;
    });
    out.fields({ id, name });
  },
});

export const accountsSuspend = defineCommand({
  name: 'accounts suspend',
  summary: 'Let none of an account’s credentials and links open anything',
  details:
    'Within five seconds on every node its keys, tokens, sessions and download links are refused with 403, which says why; SFTP says it on ' +
    'standard error. Nothing is lost, and `accounts resume` opens everything again. What was accepted goes on: jobs run to their ends ' +
    '(`jobs cancel --operator` ends one), webhooks tell of them, runs of schedules fail with the reason. Links that lead to a bucket are ' +
    'answered there, and work until they expire.',
  arguments: ACCOUNT,
  options: { ...YES, ...DATA_DIR },
  examples: [
    { line: 'conveyance accounts suspend Acme --yes', meaning: 'A customer whose key is all over the internet' },
  ],
  async run({ args, options, out, world }) {
    await asOperator(world, options, async (deps) => {
      const { id, name } = await findAccount(deps, args.id);
      const question = `Nothing of ${name} (${id}) opens any more until it is resumed.`;
      if (!(await confirmed(question, options, { out, world }))) return;
      await suspendAccount(deps, BY_COMMAND, id);
      out.fields({ id, state: 'suspended' });
    });
  },
});

export const accountsResume = defineCommand({
  name: 'accounts resume',
  summary: 'Let a suspended account’s credentials and links open again what they did',
  details: 'Runs of schedules that fell into the time are not made up for.',
  arguments: ACCOUNT,
  options: DATA_DIR,
  examples: [{ line: 'conveyance accounts resume Acme', meaning: 'After it was cleared up' }],
  async run({ args, options, out, world }) {
    const id = await asOperator(world, options, async (deps) => {
      const account = await findAccount(deps, args.id);
      await resumeAccount(deps, BY_COMMAND, account.id);
      return account.id;
    });
    out.fields({ id, state: 'active' });
  },
});

/** Said before it is done. */
const WHAT_BECOMES = [
  ['credentials, sessions, links', 'end at once'],
  ['schedules, webhook secrets', 'are deleted'],
  ['jobs that have not ended', 'are cancelled, and cost nothing'],
  ['webhooks that wait', 'are not sent'],
  ['files of results', 'are deleted with the next sweep, within minutes'],
  ['jobs that have ended', 'stay for CONVEYANCE_JOB_RETENTION_DAYS after their end'],
  ['usage of the quota', 'stays as it does for every account'],
  ['the audit log', 'stays for CONVEYANCE_AUDIT_RETENTION_DAYS, with the account’s id and name'],
];

export const accountsDelete = defineCommand({
  name: 'accounts delete',
  summary: 'Delete an account for good',
  details:
    'Says what becomes of everything that it has, and asks. Credentials, sessions, links, schedules, secrets and waiting webhooks end; jobs that ' +
    'have not ended are cancelled; the files of results are deleted. Ended jobs, the usage of the quota and the audit log stay for as long as ' +
    'they would have (docs/retention.md). It cannot be undone; `accounts suspend` can.',
  arguments: ACCOUNT,
  options: { ...YES, ...DATA_DIR },
  examples: [{ line: 'conveyance accounts delete Acme', meaning: 'What would be lost? Then asks' }],
  async run({ args, options, out, world }) {
    await asOperator(world, options, async (deps) => {
      const { id, name } = await findAccount(deps, args.id);
      if (!out.json) out.data({}, formatTable(WHAT_BECOMES));
      if (!(await confirmed(`${name} (${id}) is deleted for good.`, options, { out, world }))) {
        out.data({ id, state: null }, '');
        return;
      }
      const { cancelledJobs } = await deleteAccount(deps, BY_COMMAND, id);
      out.fields({ id, state: 'deleted', cancelled_jobs: cancelledJobs });
    });
  },
});
