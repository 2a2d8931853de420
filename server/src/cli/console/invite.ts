/** `conveyance invite`. */
import { choice, usage } from '@conveyance/cli/terminal';
import { invite as inviteTo } from '../../core/logins/sessions.ts';
import { asOperator, checkOwner, DATA_DIR, OWNER, ownerOf } from '../operator/operator.ts';
import { defineCommand } from '../world/command.ts';

export const invite = defineCommand({
  name: 'invite',
  summary: 'Invite a person to the console: of an account, or as an operator',
  details:
    'Prints a link that works once, within 24 hours, and signs its bearer in: send it to nobody else. The person is then a credential of ' +
    'the account, which `keys list` shows and `keys revoke` ends.',
  arguments: {},
  options: {
    ...OWNER,
    role: choice(['viewer', 'member'], {
      description: 'viewer sees and downloads, member also creates. Default: member.',
    }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance invite --account "Analytics team"', meaning: 'Somebody who exports' },
    {
      line: 'conveyance invite --account "Analytics team" --role viewer',
      meaning: 'Somebody who only fetches what others export',
    },
    { line: 'conveyance invite --operator', meaning: 'Somebody who looks after the server' },
  ],
  async run({ options, out, world }) {
    if (options.operator && options.role !== undefined)
      throw usage('--role is of an account: leave it out with --operator');
    const owner = checkOwner(options);
    const role = options.operator ? 'operator' : (options.role ?? 'member');
    const { link, expiresAt, accountId } = await asOperator(world, options, async (deps) => {
      const id = await ownerOf(deps, owner);
      return { accountId: id, ...(await inviteTo(deps, { accountId: id, role })) };
    });
    out.data({ link, account_id: accountId, role, expires_at: expiresAt.toISOString() }, link);
    if (!out.json) out.say('It works once, within 24 hours, and is not shown again.');
  },
});
