/** Commands about jobs as operators have them: directly on the data, and of jobs of every kind. */
import {
  argument,
  EXIT_CODES,
  flag,
  formatTable,
  type Output,
  optionalArgument,
  text,
  usage,
  wholeNumber,
} from '@conveyance/cli/terminal';
import { BY_COMMAND } from '../../../core/audit.ts';
import { parseJobId } from '../../../core/ids/job-id.ts';
import type { Job } from '../../../core/job.ts';
import { DEFAULT_PER_PAGE, MAX_PER_PAGE, totalPages } from '../../../core/pages.ts';
import { JOB_STATES, type OperatedJob } from '../../../core/ports/database/operator-jobs.ts';
import type { Deps } from '../../../core/ports/deps.ts';
import { cancelJob } from '../../../jobs/cancel.ts';
import { cancelOperatedJob, listOperatedJobs, readOperatedJob } from '../../../jobs/operator/jobs.ts';
import { watchOperatedJobs } from '../../../jobs/operator/watch.ts';
import { listAnyJobs, readAnyJob } from '../../../jobs/read.ts';
import { operatedJobFields } from '../../../wire/admin/job.ts';
import { parsePageRequest } from '../../../wire/apartmentiq/pages.ts';
import { defineCommand } from '../../world/command.ts';
import type { World } from '../../world/world.ts';
import { asOperator, callerFor, DATA_DIR, findAccount } from '../operator.ts';
import type { Form } from './form.ts';
import { operatorJobTable, operatorView, printOperatorJob } from './job-view.ts';

const ACCOUNT_DESCRIPTION =
  'For operators: act on this account’s jobs, of every kind, directly on the data instead of over HTTP.';
const STATE_WIDTH = Math.max(...JOB_STATES.map(({ length }) => length));
const PERCENT_WIDTH = '100 %'.length;

/** The operator's options in addition to the customer's. */
const AS_OPERATOR = {
  account: text('<id|name>', { description: ACCOUNT_DESCRIPTION }),
  operator: flag({ description: 'For operators: the same on the jobs of all accounts.' }),
  ...DATA_DIR,
};

/** The newest jobs of all accounts, with whose they are and where they run. */
async function listAll(
  limit: number,
  options: { readonly dataDir: string | undefined },
  { out, world }: { readonly out: Output; readonly world: World },
): Promise<void> {
  if (limit > MAX_PER_PAGE) throw usage(`--per-page must be at most ${MAX_PER_PAGE}`);
  const request = { accountId: null, states: [], kinds: [], after: null, limit };
  const listed = await asOperator(world, options, (deps) => listOperatedJobs(deps, BY_COMMAND, request));
  const jobs = listed.map(({ item }) => operatedJobFields(item));
  const rows = jobs.map((job) => [
    job.job_id,
    job.account_name,
    job.kind,
    job.state,
    job.summary,
    String(job.attempt),
    out.instant(job.created_at),
  ]);
  out.data({ jobs }, formatTable([['JOB', 'ACCOUNT', 'KIND', 'STATE', 'REQUEST', 'ATTEMPT', 'CREATED'], ...rows]));
}

const list = defineCommand({
  name: 'jobs list',
  summary: 'Show an account’s jobs, newest first',
  arguments: {},
  options: {
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
    ...AS_OPERATOR,
  },
  examples: [
    { line: 'conveyance jobs list --operator', meaning: 'An operator looks at the newest jobs of all customers' },
    { line: 'conveyance jobs list --account 0b5c… --json', meaning: 'An operator looks at a customer’s jobs' },
  ],
  async run({ options, out, world }) {
    const { account, page, perPage } = options;
    if (account === undefined) {
      if ((page ?? 1) > 1)
        throw usage('--page is of one account; over all accounts, --per-page says how many of the newest');
      await listAll(perPage ?? DEFAULT_PER_PAGE, options, { out, world });
      return;
    }
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

/** A job of the account, as its own customer has it, and whose it is. */
async function withAccount(
  deps: Deps,
  account: string,
  jobOf: (caller: Awaited<ReturnType<typeof callerFor>>) => Promise<Job>,
) {
  const job = await jobOf(await callerFor(deps, account));
  return { job, accountName: (await findAccount(deps, account)).name };
}

const show = defineCommand({
  name: 'jobs show',
  summary: 'Show one job of an account',
  arguments: { job: argument('The job’s id.') },
  options: AS_OPERATOR,
  examples: [],
  async run({ args, options, out, world }) {
    const { account } = options;
    const shown = await asOperator(world, options, (deps) =>
      account === undefined
        ? readOperatedJob(deps, BY_COMMAND, args.job)
        : withAccount(deps, account, (caller) => readAnyJob(deps, caller, args.job)),
    );
    printOperatorJob(out, shown);
  },
});

const cancel = defineCommand({
  name: 'jobs cancel',
  summary: 'Stop a job of an account',
  arguments: { job: argument('The job’s id.') },
  options: AS_OPERATOR,
  examples: [],
  async run({ args, options, out, world }) {
    const { account } = options;
    const shown = await asOperator(world, options, (deps) =>
      account === undefined
        ? cancelOperatedJob(deps, BY_COMMAND, args.job)
        : withAccount(deps, account, (caller) => cancelJob(deps, caller, args.job)),
    );
    printOperatorJob(out, shown);
  },
});

/** A change as one line: whose job it is, and where it stands. */
function changeLine(operated: OperatedJob): string {
  const { job_id, account_name, kind, state, progress, updated_at } = operatedJobFields(operated);
  const done = `${progress.percent} %`.padStart(PERCENT_WIDTH);
  return `${updated_at}  ${job_id}  ${state.padEnd(STATE_WIDTH)} ${done}  ${kind}  ${account_name}`;
}

const watch = defineCommand({
  name: 'jobs watch',
  summary: 'Follow the jobs of an account, or of all',
  arguments: { job: optionalArgument('The job’s id; without it all of them, until Ctrl-C.') },
  options: AS_OPERATOR,
  examples: [
    { line: 'conveyance jobs watch --operator', meaning: 'An operator sees the jobs of all customers move' },
    { line: 'conveyance jobs watch --account Acme --json', meaning: 'Those of one customer, as lines of JSON' },
  ],
  async run({ args, options, out, world }) {
    const jobId = args.job === undefined ? null : parseJobId(args.job);
    return asOperator(world, options, async (deps) => {
      const accountId = options.account === undefined ? null : (await findAccount(deps, options.account)).id;
      let last: OperatedJob | null = null;
      for await (const operated of watchOperatedJobs(deps, BY_COMMAND, { accountId, jobId }, world.interrupt)) {
        out.data(operatedJobFields(operated), changeLine(operated));
        last = operated;
      }
      // As of a customer's watch, the exit code says how a single job ended.
      return jobId === null || last?.state === 'succeeded' ? EXIT_CODES.ok.code : EXIT_CODES.other.code;
    });
  },
});

export const JOB_FORMS: readonly Form[] = [list, show, watch, cancel].map((command) => ({
  command,
  options: AS_OPERATOR,
}));
