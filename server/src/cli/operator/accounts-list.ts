/** `conveyance accounts list`. */
import { formatCount, formatTable } from '@conveyance/cli/terminal';
import { isRule } from '../../core/ports/database/accounts.ts';
import { defineCommand } from '../world/command.ts';
import { asOperator, DATA_DIR } from './operator.ts';

export const accountsList = defineCommand({
  name: 'accounts list',
  summary: 'Show all accounts',
  arguments: {},
  options: DATA_DIR,
  examples: [{ line: 'conveyance accounts list', meaning: 'Who may export, and how much they see' }],
  async run({ options, out, world }) {
    const accounts = await asOperator(world, options, async ({ db }) => {
      const listed = await db.accounts.list();
      return Promise.all(
        listed.map(async (account) => {
          const { id, name, createdAt, allProperties, grantRule } = account;
          const given = allProperties ? 'all' : await db.accounts.grants(id);
          const properties = given === 'all' || isRule(given) ? (grantRule === null ? 'all' : 'by rule') : given.size;
          return { id, name, created_at: createdAt.toISOString(), properties, rule: grantRule };
        }),
      );
    });
    const rows = accounts.map(({ id, name, created_at, properties }) => [
      id,
      name,
      typeof properties === 'number' ? formatCount(properties) : properties,
      out.instant(created_at),
    ]);
    out.data(
      { accounts },
      formatTable([['ACCOUNT', 'NAME', 'PROPERTIES', 'CREATED'], ...rows], ['left', 'left', 'right']),
    );
  },
});
