/** `conveyance webhooks test`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { EXIT_CODES } from '../../terminal/exit-codes.ts';
import { argument } from '../../terminal/options.ts';
import { followDelivery, printDelivery } from './delivery-view.ts';

export const webhooksTest = defineCommand({
  name: 'webhooks test',
  summary: 'Send a signed test event to a URL, and show what the receiver answers',
  arguments: { url: argument('Where it goes; http or https.') },
  options: {},
  examples: [
    { line: 'conveyance webhooks test https://example.com/webhook', meaning: 'Before the URL goes into a job' },
  ],
  async run({ args, out, world }) {
    const { interrupt: signal } = world;
    const client = openClient(world);
    const delivery = await followDelivery(client, await client.webhooks.test(args.url, { signal }), signal);
    printDelivery(out, delivery);
    return delivery.state === 'delivered' ? EXIT_CODES.ok.code : EXIT_CODES.other.code;
  },
});
