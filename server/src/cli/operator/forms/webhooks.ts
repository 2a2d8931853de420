/** Commands about webhooks as operators have them: those that fail, of all accounts. */
import { argument, flag, formatTable, type Output, text, usage, wholeNumber } from '@conveyance/cli/terminal';
import { BY_COMMAND } from '../../../core/audit.ts';
import { DEFAULT_PER_PAGE, MAX_PER_PAGE } from '../../../core/pages.ts';
import { DELIVERY_TROUBLES } from '../../../core/ports/database/operator-jobs.ts';
import { listFailedDeliveries, resendDelivery } from '../../../jobs/operator/jobs.ts';
import { operatedDeliveryFields } from '../../../wire/admin/job.ts';
import { defineCommand } from '../../world/command.ts';
import { asOperator, DATA_DIR, findAccount } from '../operator.ts';
import type { Form } from './form.ts';

const LIST_OPTIONS = {
  account: text('<id|name>', { description: 'For operators: the webhooks of this account that fail.' }),
  operator: flag({ description: 'For operators: the webhooks of all accounts that fail, directly on the data.' }),
  ...DATA_DIR,
};

const RESEND_OPTIONS = {
  operator: flag({ description: 'For operators: a webhook of whatever account, directly on the data.' }),
  ...DATA_DIR,
};

type Fields = ReturnType<typeof operatedDeliveryFields>;

function lastTry({ tries }: Fields): string {
  const last = tries.at(-1);
  return last === undefined ? '-' : `${last.status ?? '-'} ${last.failure ?? ''}`.trim();
}

function tableOf(deliveries: readonly Fields[], { instant }: Pick<Output, 'instant'>): string {
  const header = ['DELIVERY', 'ACCOUNT', 'STATE', 'TRIES', 'LAST TRY', 'NEXT', 'TO', 'ANSWER'];
  const rows = deliveries.map((delivery) => {
    const last = delivery.tries.at(-1);
    return [
      ...[delivery.delivery_id, delivery.account_name, delivery.state, String(last?.try ?? 0)],
      ...[instant(last?.at), instant(delivery.next_try_at), delivery.url, lastTry(delivery)],
    ];
  });
  return formatTable([header, ...rows], ['left', 'left', 'left', 'right']);
}

const list = defineCommand({
  name: 'webhooks list',
  summary: 'Show webhooks of all accounts that fail, newest first',
  arguments: {},
  options: {
    job: text('<id>', { description: 'Only the webhook of this job.' }),
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
    ...LIST_OPTIONS,
  },
  examples: [
    {
      line: 'conveyance webhooks list --operator',
      meaning: 'An operator sees which webhooks fail, of all customers: given up, or tried again later',
    },
  ],
  async run({ options, out, world }) {
    const { account, job, page, perPage = DEFAULT_PER_PAGE } = options;
    if (job !== undefined || (page ?? 1) > 1) {
      throw usage('--job and --page are for the customer’s own list; here --per-page says how many of the newest');
    }
    if (perPage > MAX_PER_PAGE) throw usage(`--per-page must be at most ${MAX_PER_PAGE}`);
    const rows = await asOperator(world, options, async (deps) => {
      const accountId = account === undefined ? null : (await findAccount(deps, account)).id;
      const asked = { accountId, states: DELIVERY_TROUBLES, after: null, limit: perPage };
      return listFailedDeliveries(deps, BY_COMMAND, asked);
    });
    const deliveries = rows.map(({ item }) => operatedDeliveryFields(item));
    out.data({ deliveries }, deliveries.length === 0 ? 'No webhook fails.' : tableOf(deliveries, out));
  },
});

const redeliver = defineCommand({
  name: 'webhooks redeliver',
  summary: 'Send a webhook of any account again',
  arguments: { delivery: argument('The delivery’s id.') },
  options: RESEND_OPTIONS,
  examples: [
    {
      line: 'conveyance webhooks redeliver 0d0f2a3e-1111-4222-8333-444455556666 --operator',
      meaning: 'An operator sends a customer’s webhook again, by a worker, at once',
    },
  ],
  async run({ args, options, out, world }) {
    const sent = await asOperator(world, options, (deps) => resendDelivery(deps, BY_COMMAND, args.delivery));
    const fields = operatedDeliveryFields(sent);
    out.data(
      fields,
      `${fields.delivery_id} of ${fields.account_name}: sent again by a worker at once, to ${fields.url}`,
    );
  },
});

export const WEBHOOK_FORMS: readonly Form[] = [
  { command: list, options: LIST_OPTIONS },
  { command: redeliver, options: RESEND_OPTIONS },
];
