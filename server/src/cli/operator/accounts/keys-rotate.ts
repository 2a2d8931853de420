/** `conveyance keys rotate`. */
import { argument, text } from '@conveyance/cli/terminal';
import { rotateKey } from '../../../core/logins/credentials.ts';
import { defineCommand } from '../../world/command.ts';
import { parseSpan } from '../expiry.ts';
import { findCredential } from '../keys-revoke.ts';
import { asOperator, DATA_DIR } from '../operator.ts';

const DEFAULT_OVERLAP = '24h';

export const keysRotate = defineCommand({
  name: 'keys rotate',
  summary: 'Make a new access key in the place of an old one, which works a while longer',
  details:
    'The new key has the scopes and the name of the old one, and its secret is shown once. The old one ends by itself after the overlap: until ' +
    'then programs can be changed over one by one. Its download links stay. Batch jobs of the old key are seen by the old key alone, and its ' +
    'schedules act for it: resume them with the new one before the overlap is over.',
  arguments: { key: argument('The access key, or the id or the name that `keys list` shows.') },
  options: {
    overlap: text('<time>', {
      description: `How long the old key still works, such as 90m, 24h or 7d. Default: ${DEFAULT_OVERLAP}.`,
    }),
    ...DATA_DIR,
  },
  examples: [{ line: 'conveyance keys rotate cvk_3f2a… --overlap 24h', meaning: 'The yearly change of keys' }],
  async run({ args, options, out, world }) {
    const overlapMs = parseSpan(options.overlap ?? DEFAULT_OVERLAP, '--overlap');
    const fields = await asOperator(world, options, async (deps) => {
      const { id } = await findCredential(deps, args.key);
      const { key, endsAt } = await rotateKey(deps, id, overlapMs);
      return {
        account_id: key.accountId,
        access_key: key.accessKey,
        secret: key.secret,
        old_key_ends_at: endsAt.toISOString(),
      };
    });
    out.fields(fields);
    if (!out.json) out.say('Keep the secret now: it is not shown again.');
  },
});
