/** `conveyance webhooks redeliver`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { EXIT_CODES } from '../../terminal/exit-codes.ts';
import { argument } from '../../terminal/options.ts';
import { followDelivery, printDelivery } from './delivery-view.ts';

export const webhooksRedeliver = defineCommand({
  name: 'webhooks redeliver',
  summary: 'Send a webhook again, and show what the receiver answers',
  details:
    'It is sent immediately under the same webhook-id. If it fails, the server continues with its schedule of retries.',
  arguments: { delivery: argument('The delivery’s id, as `webhooks list` shows it.') },
  options: {},
  examples: [
    { line: 'conveyance webhooks redeliver 0d0f2a3e-1111-4222-8333-444455556666', meaning: 'The receiver is up again' },
  ],
  async run({ args, out, world }) {
    const { interrupt: signal } = world;
    const client = openClient(world);
    const delivery = await followDelivery(client, await client.webhooks.redeliver(args.delivery, { signal }), signal);
    printDelivery(out, delivery);
    return delivery.state === 'delivered' ? EXIT_CODES.ok.code : EXIT_CODES.other.code;
  },
});
