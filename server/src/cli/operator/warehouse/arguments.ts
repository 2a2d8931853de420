/** What the commands on the warehouse read alike. */
import { usage } from '@conveyance/cli/terminal';
import { likely } from '../../../core/input/nearest.ts';
import { TABLES, type TableName } from '../../../warehouse/tables.ts';

/** In a table, where there is nothing to tell. */
export const NONE = '-';

export function parseVersion(word: string): number {
  if (/^[1-9]\d{0,14}$/.test(word)) return Number(word);
  throw usage(`a data version is a whole number from 1, as \`conveyance warehouse versions\` shows it; got "${word}"`);
}

function isTableName(name: string): name is TableName {
  return Object.hasOwn(TABLES, name);
}

export function parseTable(name: string): TableName {
  if (isTableName(name)) return name;
  const nearest = likely(name, Object.keys(TABLES));
  const hint = nearest === null ? `there are ${Object.keys(TABLES).join(', ')}` : `the nearest is ${nearest}`;
  throw usage(`there is no table ${name}; ${hint}`);
}
