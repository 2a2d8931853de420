/** `conveyance keys revoke`. */
import { argument, flag, formatTable, usage } from '@conveyance/cli/terminal';
import type { Credential } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { revokeLinks } from '../../jobs/results/revoke-links.ts';
import { revokeCredential } from '../../jobs/schedules/needs.ts';
import { defineCommand } from '../world/command.ts';
import { asOperator, callerFor, DATA_DIR } from './operator.ts';
import { sayInNeed, scheduleFieldsInNeed } from './schedules-in-need.ts';

/** By its id, its access key, or its name if no other one that was not revoked has the same. */
export async function findCredential({ db }: Pick<Deps, 'db'>, word: string): Promise<Credential> {
  const credential = isUuid(word) ? await db.credentials.byId(word) : await db.credentials.byAccessKey(word);
  if (credential !== null) return credential;
  const [named, ...others] = (await db.credentials.list(null)).filter(
    ({ name, revokedAt }) => name === word && revokedAt === null,
  );
  if (named === undefined) {
    throw new ConveyanceError('not_found', `there is no key ${word}; \`conveyance keys list\` shows those that exist`);
  }
  if (others.length === 0) return named;
  const ids = [named, ...others].map(({ id }) => id).join(', ');
  throw usage(`${others.length + 1} credentials are called ${word}; say which by its id: ${ids}`);
}

export const keysRevoke = defineCommand({
  name: 'keys revoke',
  summary: 'Revoke an access key or a token for good',
  details:
    'It stops working within five seconds on every node, and the runs of schedules that act for it are refused: the command names them. ' +
    'Whoever had it may have made download links, which need no credential: all links of its account are revoked with it, and the account’s ' +
    'programs get fresh ones where they got the old ones; `--keep-links` leaves them. Revoking it twice is fine.',
  arguments: { key: argument('The access key, or the id or the name that `keys list` shows.') },
  options: {
    keepLinks: flag({ description: 'Leave the account’s download links as they are.' }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance keys revoke cvk_3f2a…', meaning: 'End a key that has leaked' },
    { line: 'conveyance keys revoke cvk_3f2a… --keep-links', meaning: 'End one that was replaced as planned' },
  ],
  async run({ args, options, out, world }) {
    const { id, schedules } = await asOperator(world, options, async (deps) => {
      const found = await findCredential(deps, args.key);
      const inNeed = await revokeCredential(deps, found.id);
      if (!options.keepLinks) await revokeLinks(deps, await callerFor(deps, found.accountId));
      return { id: found.id, schedules: inNeed };
    });
    const fields = { id, status: 'revoked', links: options.keepLinks ? 'kept' : 'revoked' };
    out.data({ ...fields, schedules: scheduleFieldsInNeed(schedules) }, formatTable(Object.entries(fields)));
    const remedy = 'Their owner resumes them with another credential: conveyance schedules resume ID';
    sayInNeed(out, schedules, 'this credential', remedy);
  },
});
