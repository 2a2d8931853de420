/** `conveyance webhooks list`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { text, wholeNumber } from '../../terminal/options.ts';
import { deliveryTable } from './delivery-view.ts';

export const webhooksList = defineCommand({
  name: 'webhooks list',
  summary: 'Show what became of webhooks, newest first',
  details: 'With --json, each delivery has its latest tries and the first KiB of what the receiver answered.',
  fields: { per_page: '--per-page', page: '--page', job_id: '--job' },
  arguments: {},
  options: {
    job: text('<id>', { description: 'Only the webhook of this job.' }),
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
  },
  examples: [
    {
      line: 'conveyance webhooks list --job ed49987b-6539-4e9e-8a63-2bcd811ef0ec',
      meaning: 'Was my receiver notified of this job?',
    },
  ],
  async run({ options: { job, page, perPage }, out, world }) {
    const listed = await openClient(world).webhooks.deliveries({
      signal: world.interrupt,
      ...(job === undefined ? {} : { jobId: job }),
      ...(page === undefined ? {} : { page }),
      ...(perPage === undefined ? {} : { perPage }),
    });
    out.data(listed, deliveryTable(listed.deliveries, out.instant));
  },
});
