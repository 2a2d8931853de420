/** `conveyance webhooks secret`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { flag } from '../../terminal/options.ts';
import { formatTable } from '../../terminal/table.ts';

export const webhooksSecret = defineCommand({
  name: 'webhooks secret',
  summary: 'Show the secrets that sign the account’s webhooks',
  details:
    'Newest first: one, or two for a day after a rotation, when messages carry signatures of both. A second rotation within that ' +
    'day ends the older one immediately.',
  arguments: {},
  options: { rotate: flag({ description: 'Create a new one first.' }) },
  examples: [
    { line: 'conveyance webhooks secret', meaning: 'To put it into the receiver’s settings' },
    { line: 'conveyance webhooks secret --rotate', meaning: 'The old one works for another day' },
  ],
  async run({ options, out, world }) {
    const { interrupt: signal } = world;
    const { webhooks } = openClient(world);
    const secrets = options.rotate ? await webhooks.rotateSecret({ signal }) : await webhooks.secrets({ signal });
    const rows = secrets.map(({ secret, created_at, expires_at }) => [secret, created_at, expires_at ?? '-']);
    out.data({ secrets }, formatTable([['SECRET', 'CREATED', 'WORKS UNTIL'], ...rows]));
  },
});
