/** `conveyance keys create`. */
import { issueKey } from '../../core/logins/credentials.ts';
import { defineCommand } from '../world/command.ts';
import { parseExpiry } from './expiry.ts';
import { asOperator, CREDENTIAL, checkOwner, DATA_DIR, OWNER, ownerOf, SCOPE_LIST, scopesFor } from './operator.ts';

export const keysCreate = defineCommand({
  name: 'keys create',
  summary: 'Create an access key with its secret',
  details:
    'The pair serves as OAuth client id and secret, and as Basic user and password. The secret is shown only once and not stored.',
  arguments: {},
  options: { ...OWNER, ...SCOPE_LIST, ...CREDENTIAL, ...DATA_DIR },
  examples: [
    { line: 'conveyance keys create --account 0b5c…', meaning: 'A key for everything a customer does' },
    {
      line: 'conveyance keys create --account 0b5c… --scopes exports:read --json',
      meaning: 'One that may only fetch results',
    },
    {
      line: 'conveyance keys create --operator --name "night watch" --expires 90d',
      meaning: 'An operator’s, for /admin/v1',
    },
  ],
  async run({ options, out, world }) {
    const owner = checkOwner(options);
    const scopes = scopesFor(options.scopes, options.operator);
    const key = await asOperator(world, options, async (deps) => {
      const accountId = await ownerOf(deps, owner);
      const expiresAt = parseExpiry(options.expires, deps.clock());
      return issueKey(deps, { accountId, scopes, name: options.name ?? null, expiresAt });
    });
    out.fields({ account_id: key.accountId, access_key: key.accessKey, secret: key.secret });
    if (!out.json) out.say('Keep the secret now: it is not shown again.');
  },
});
