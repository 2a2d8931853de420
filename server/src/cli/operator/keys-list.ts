/** `conveyance keys list`. */
import { formatTable, text } from '@conveyance/cli/terminal';
import { credentialFields } from '../../wire/credential.ts';
import { defineCommand } from '../world/command.ts';
import { asOperator, DATA_DIR, findAccount } from './operator.ts';

const HEADER = ['ID', 'ACCOUNT', 'ACCESS KEY', 'SCOPES', 'NAME', 'CREATED', 'ENDS OR ENDED', 'LAST USED', 'FROM'];

export const keysList = defineCommand({
  name: 'keys list',
  summary: 'Show access keys and tokens, without their secrets',
  arguments: {},
  options: { account: text('<id|name>', { description: 'For this account only.' }), ...DATA_DIR },
  examples: [
    { line: 'conveyance keys list --account 0b5c…', meaning: 'The credentials of one account, revoked ones too' },
  ],
  async run({ options, out, world }) {
    const credentials = await asOperator(world, options, async (deps) => {
      const account = options.account === undefined ? null : await findAccount(deps, options.account);
      return deps.db.credentials.list(account?.id ?? null);
    });
    const keys = credentials.map((credential) => {
      const { credential_id: id, ...fields } = credentialFields(credential);
      return { id, account_id: credential.accountId, ...fields };
    });
    const rows = keys.map((key) => [
      key.id,
      key.account_id,
      key.access_key ?? `(${key.kind})`,
      key.scopes.join(','),
      key.name ?? '-',
      out.instant(key.created_at),
      out.instant(key.revoked_at ?? key.expires_at),
      out.instant(key.last_used_at),
      key.last_address ?? '-',
    ]);
    out.data({ keys }, formatTable([HEADER, ...rows]));
  },
});
