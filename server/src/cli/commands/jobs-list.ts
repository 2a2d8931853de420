import { totalPages } from '../../core/pages.ts';
import { listAnyJobs } from '../../jobs/read.ts';
import { defineCommand } from '../command.ts';
import { openClient } from '../customer.ts';
import { jobTable } from '../job-view.ts';
import { asOperator, callerFor, DATA_DIR } from '../operator.ts';
import { operatorJobTable, operatorView } from '../operator-job-view.ts';
import { text, wholeNumber } from '../options.ts';

/** Makes a customer command work on the data itself. */
export const AS_OPERATOR = {
  account: text('<id>', {
    description:
      'For operators: the account whose jobs are meant, of every kind, next to the data instead of over HTTP.',
  }),
  ...DATA_DIR,
};

export const jobsList = defineCommand({
  name: 'jobs list',
  audience: 'customer',
  summary: 'Show the account’s jobs, newest first',
  arguments: {},
  options: {
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
    ...AS_OPERATOR,
  },
  examples: [
    { line: 'conveyance jobs list --per-page 10', meaning: 'The last ten exports' },
    { line: 'conveyance jobs list --account 0b5c… --json', meaning: 'An operator looks at a customer’s jobs' },
  ],
  async run({ options, out, world }) {
    const { account, page, perPage } = options;
    if (account === undefined) {
      const listed = await openClient(world).exports.list({
        signal: world.interrupt,
        ...(page === undefined ? {} : { page }),
        ...(perPage === undefined ? {} : { perPage }),
      });
      out.data(listed, jobTable(listed.jobs));
      return;
    }
    const raw = { page: page?.toString(), perPage: perPage?.toString() };
    const listed = await asOperator(world, options, async (deps) =>
      listAnyJobs(deps, await callerFor(deps, account), raw),
    );
    const jobs = listed.items.map(operatorView);
    const { page: current_page, perPage: per_page } = listed.request;
    const pagination = { current_page, total_pages: totalPages(listed), total_count: listed.totalCount, per_page };
    out.data({ jobs, pagination }, operatorJobTable(jobs));
  },
});
