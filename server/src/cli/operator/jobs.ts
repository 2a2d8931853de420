/** The customers' commands about jobs, for operators too: with --account they work directly on the data, and on jobs of every kind. */
import { argument, type Command, requiredText, text, wholeNumber } from '@conveyance/cli/terminal';
import { totalPages } from '../../core/pages.ts';
import { cancelJob } from '../../jobs/cancel.ts';
import { listAnyJobs, readAnyJob } from '../../jobs/read.ts';
import { parsePageRequest } from '../../wire/apartmentiq/pages.ts';
import { defineCommand } from '../world/command.ts';
import type { World } from '../world/world.ts';
import { asOperator, callerFor, DATA_DIR } from './operator.ts';
import { operatorJobTable, operatorView, printOperatorJob } from './operator-job-view.ts';

const ACCOUNT_DESCRIPTION =
  'For operators: act on this account’s jobs, of every kind, directly on the data instead of over HTTP.';

/** The operator's options in addition to the customer's. */
const AS_OPERATOR = { account: text('<id|name>', { description: ACCOUNT_DESCRIPTION }), ...DATA_DIR };

/** The same, with the account known to be given. */
const BY_OPERATOR = { account: requiredText('<id|name>', { description: ACCOUNT_DESCRIPTION }), ...DATA_DIR };

const list = defineCommand({
  name: 'jobs list',
  summary: 'Show an account’s jobs, newest first',
  arguments: {},
  options: {
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
    ...BY_OPERATOR,
  },
  examples: [
    { line: 'conveyance jobs list --account 0b5c… --json', meaning: 'An operator looks at a customer’s jobs' },
  ],
  async run({ options, out, world }) {
    const { account, page, perPage } = options;
    const raw = { page: page?.toString(), per_page: perPage?.toString() };
    const listed = await asOperator(world, options, async (deps) =>
      listAnyJobs(deps, await callerFor(deps, account), parsePageRequest(raw)),
    );
    const jobs = listed.items.map(operatorView);
    const { page: current_page, perPage: per_page } = listed.request;
    const pagination = { current_page, total_pages: totalPages(listed), total_count: listed.totalCount, per_page };
    out.data({ jobs, pagination }, operatorJobTable(jobs, out));
  },
});

const show = defineCommand({
  name: 'jobs show',
  summary: 'Show one job of an account',
  arguments: { job: argument('The job’s id.') },
  options: BY_OPERATOR,
  examples: [],
  async run({ args, options, out, world }) {
    const job = await asOperator(world, options, async (deps) =>
      readAnyJob(deps, await callerFor(deps, options.account), args.job),
    );
    printOperatorJob(out, operatorView(job));
  },
});

const cancel = defineCommand({
  name: 'jobs cancel',
  summary: 'Stop a job of an account',
  arguments: { job: argument('The job’s id.') },
  options: BY_OPERATOR,
  examples: [],
  async run({ args, options, out, world }) {
    const job = await asOperator(world, options, async (deps) =>
      cancelJob(deps, await callerFor(deps, options.account), args.job),
    );
    printOperatorJob(out, operatorView(job));
  },
});

const OPERATORS: ReadonlyMap<string, Command<World>> = new Map([list, show, cancel].map((each) => [each.name, each]));

/** The customer's command. If operators have one of the same name, it takes their options too, and runs as theirs if an account is given. */
export function orAsOperator(customer: Command): Command<World> {
  const operator = OPERATORS.get(customer.name);
  if (operator === undefined) return customer;
  return {
    ...customer,
    options: { ...customer.options, ...AS_OPERATOR },
    examples: [...customer.examples, ...operator.examples],
    start: (typed, out, world) =>
      ((typed.options['account'] ?? []).length > 0 ? operator : customer).start(typed, out, world),
  };
}
