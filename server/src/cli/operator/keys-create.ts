/** `conveyance keys create`. */
import { issueKey } from '../../core/logins/credentials.ts';
import { defineCommand } from '../world/command.ts';
import { ACCOUNT, asOperator, DATA_DIR, findAccount, parseScopes, SCOPE_LIST } from './operator.ts';

export const keysCreate = defineCommand({
  name: 'keys create',
  summary: 'Create an access key with its secret',
  details:
    'The pair serves as OAuth client id and secret, and as Basic user and password. The secret is shown only once and not stored.',
  arguments: {},
  options: { ...ACCOUNT, ...SCOPE_LIST, ...DATA_DIR },
  examples: [
    { line: 'conveyance keys create --account 0b5c…', meaning: 'A key for everything a customer does' },
    {
      line: 'conveyance keys create --account 0b5c… --scopes exports:read --json',
      meaning: 'One that may only fetch results',
    },
  ],
  async run({ options, out, world }) {
    const scopes = parseScopes(options.scopes);
    const key = await asOperator(world, options, async (deps) => {
      const { id } = await findAccount(deps, options.account);
      return issueKey(deps, { accountId: id, scopes });
    });
    out.fields({ account_id: key.accountId, access_key: key.accessKey, secret: key.secret });
    if (!out.json) out.say('Keep the secret now: it is not shown again.');
  },
});
