/** `conveyance keys revoke`. */
import { argument, formatTable } from '@conveyance/cli/terminal';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { revokeCredential } from '../../jobs/schedules/needs.ts';
import { defineCommand } from '../world/command.ts';
import { asOperator, DATA_DIR } from './operator.ts';
import { sayInNeed, scheduleFieldsInNeed } from './schedules-in-need.ts';

async function findCredentialId({ db }: Pick<Deps, 'db'>, word: string): Promise<string> {
  const credential = isUuid(word) ? await db.credentials.byId(word) : await db.credentials.byAccessKey(word);
  if (credential !== null) return credential.id;
  throw new ConveyanceError('not_found', `there is no key ${word}; \`conveyance keys list\` shows those that exist`);
}

export const keysRevoke = defineCommand({
  name: 'keys revoke',
  summary: 'Revoke an access key or a token for good',
  details:
    'It stops working within five seconds on every node, and the runs of schedules that act for it are refused: the command names them. ' +
    'Revoking it twice is fine.',
  arguments: { key: argument('The access key, or the id that `keys list` shows: a token has only that.') },
  options: DATA_DIR,
  examples: [{ line: 'conveyance keys revoke cvk_3f2a…', meaning: 'End a key that has leaked' }],
  async run({ args, options, out, world }) {
    const { id, schedules } = await asOperator(world, options, async (deps) => {
      const found = await findCredentialId(deps, args.key);
      return { id: found, schedules: await revokeCredential(deps, found) };
    });
    const fields = { id, status: 'revoked' };
    out.data({ ...fields, schedules: scheduleFieldsInNeed(schedules) }, formatTable(Object.entries(fields)));
    const remedy = 'Their owner resumes them with another credential: conveyance schedules resume ID';
    sayInNeed(out, schedules, 'this credential', remedy);
  },
});
