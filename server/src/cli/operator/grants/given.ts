/** What the commands on grants have in common: how they are told what to give, and what they show of it. */
import { formatCount, formatCounted, text } from '@conveyance/cli/terminal';
import { isRule } from '../../../core/ports/database/accounts.ts';
import type { Given, GrantsChange } from '../../../jobs/operator/grants.ts';
import { givenFields } from '../../../wire/admin/grants.ts';
import { RULE } from '../accounts-create.ts';

export const TO = {
  properties: text('<all|file>', {
    description:
      'all (including what is loaded later), or a file with one property id per line; - reads standard input.',
  }),
  ...RULE,
};

export function givenRows({ given, version, visible, unknown }: Given): readonly (readonly string[])[] {
  return [
    ['given', given === 'all' ? 'all properties' : isRule(given) ? given.rule : `a list of ${formatCount(given.size)}`],
    ['properties', version === null ? 'nothing is loaded yet' : formatCounted(visible.size, 'property', 'properties')],
    ...(version === null ? [] : [['data version', String(version)]]),
    ...(unknown === 0 ? [] : [['not in the data', formatCount(unknown)]]),
  ];
}

export function changeFields({ before, after, added, removed }: GrantsChange) {
  return {
    before: givenFields(before),
    after: givenFields(after),
    added: added.length,
    removed: removed.length,
    added_ids: added,
    removed_ids: removed,
  };
}

const NAMED = 10;

function named(word: string, ids: readonly number[]): string[] {
  const first = ids.slice(0, NAMED).join(', ');
  return [word, formatCount(ids.length), ids.length > NAMED ? `${first}, …` : first];
}

/** How many properties come and go, and the first of them. */
export function changeRows({ before, after, added, removed }: GrantsChange): readonly (readonly string[])[] {
  return [
    ['before', formatCount(before.visible.size), ''],
    named('come', added),
    named('go', removed),
    ['after', formatCount(after.visible.size), ''],
    ...(after.unknown === 0 ? [] : [['not in the data', formatCount(after.unknown), '']]),
  ];
}
