/** `conveyance tokens create`. */
import { issueToken } from '../../core/logins/credentials.ts';
import { defineCommand } from '../world/command.ts';
import { parseExpiry } from './expiry.ts';
import { asOperator, CREDENTIAL, checkOwner, DATA_DIR, OWNER, ownerOf, SCOPE_LIST, scopesFor } from './operator.ts';

export const tokensCreate = defineCommand({
  name: 'tokens create',
  summary: 'Create a personal token: one string that works until it is revoked',
  details: 'It is sent as `Authorization: Bearer TOKEN`. It is shown only once and not stored.',
  arguments: {},
  options: { ...OWNER, ...SCOPE_LIST, ...CREDENTIAL, ...DATA_DIR },
  examples: [
    { line: 'conveyance tokens create --account 0b5c…', meaning: 'A token for curl' },
    {
      line: 'export CONVEYANCE_TOKEN=$(conveyance tokens create --account 0b5c…)',
      meaning: 'Straight into the environment',
    },
  ],
  async run({ options, out, world }) {
    const owner = checkOwner(options);
    const scopes = scopesFor(options.scopes, options.operator);
    const token = await asOperator(world, options, async (deps) => {
      const accountId = await ownerOf(deps, owner);
      const expiresAt = parseExpiry(options.expires, deps.clock());
      return issueToken(deps, { accountId, scopes, name: options.name ?? null, expiresAt });
    });
    out.data({ token }, token);
    if (!out.json) out.say('Keep the token now: it is not shown again.');
  },
});
