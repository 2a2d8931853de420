import { issueKey } from '../../core/logins/credentials.ts';
import { defineCommand } from '../world/command.ts';
import { ACCOUNT, asOperator, DATA_DIR, findAccount, parseScopes, SCOPE_LIST } from './operator.ts';

export const keysCreate = defineCommand({
  name: 'keys create',
  summary: 'Make an access key with its secret',
  details:
    'The pair is OAuth client id and secret, Basic user and password. The secret is shown this once and stored nowhere.',
  arguments: {},
  options: { ...ACCOUNT, ...SCOPE_LIST, ...DATA_DIR },
  examples: [
    { line: 'conveyance keys create --account 0b5c…', meaning: 'A key for all of a customer’s work' },
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
