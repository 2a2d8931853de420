/** `conveyance tokens create`. */
import { issueToken } from '../../core/logins/credentials.ts';
import { defineCommand } from '../world/command.ts';
import { ACCOUNT, asOperator, DATA_DIR, findAccount, parseScopes, SCOPE_LIST } from './operator.ts';

export const tokensCreate = defineCommand({
  name: 'tokens create',
  summary: 'Create a personal token: one string that works until it is revoked',
  details: 'It is sent as `Authorization: Bearer TOKEN`. It is shown only once and not stored.',
  arguments: {},
  options: { ...ACCOUNT, ...SCOPE_LIST, ...DATA_DIR },
  examples: [
    { line: 'conveyance tokens create --account 0b5c…', meaning: 'A token for curl' },
    {
      line: 'export CONVEYANCE_TOKEN=$(conveyance tokens create --account 0b5c…)',
      meaning: 'Straight into the environment',
    },
  ],
  async run({ options, out, world }) {
    const scopes = parseScopes(options.scopes);
    const token = await asOperator(world, options, async (deps) => {
      const { id } = await findAccount(deps, options.account);
      return issueToken(deps, { accountId: id, scopes });
    });
    out.data({ token }, token);
    if (!out.json) out.say('Keep the token now: it is not shown again.');
  },
});
