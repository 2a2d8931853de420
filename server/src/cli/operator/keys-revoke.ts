/** `conveyance keys revoke`. */
import { argument } from '@conveyance/cli/terminal';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { defineCommand } from '../world/command.ts';
import { asOperator, DATA_DIR } from './operator.ts';

async function findCredentialId({ db }: Pick<Deps, 'db'>, word: string): Promise<string> {
  const credential = isUuid(word) ? await db.credentials.byId(word) : await db.credentials.byAccessKey(word);
  if (credential !== null) return credential.id;
  throw new ConveyanceError('not_found', `there is no key ${word}; \`conveyance keys list\` shows those that exist`);
}

export const keysRevoke = defineCommand({
  name: 'keys revoke',
  summary: 'Revoke an access key or a token for good',
  details: 'It stops working within five seconds on every node. Revoking it twice is fine.',
  arguments: { key: argument('The access key, or the id that `keys list` shows: a token has only that.') },
  options: DATA_DIR,
  examples: [{ line: 'conveyance keys revoke cvk_3f2a…', meaning: 'End a key that has leaked' }],
  async run({ args, options, out, world }) {
    const id = await asOperator(world, options, async (deps) => {
      const found = await findCredentialId(deps, args.key);
      await deps.db.credentials.revoke(found);
      return found;
    });
    out.fields({ id, status: 'revoked' });
  },
});
