/** What an account may see, as operators ask for it and are told. */
import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import { isStorable } from '../../core/input/storable-text.ts';
import { type Entitlement, isRule } from '../../core/ports/database/accounts.ts';
import { integer, text } from '../fields.ts';
import { newAccountName, propertyList } from './account.ts';

const NAMED = 20;

const KINDS = ['all', 'list', 'rule'] as const;

const givenShape = {
  kind: z.enum(KINDS),
  rule: text({ description: 'A condition on the columns of `properties`; null for all and for a list.' }).nullable(),
  data_version: integer({ description: 'Null while nothing is loaded.' }).nullable(),
  properties: integer({ description: 'How many of that version it may see.' }),
  unknown_properties: integer({ description: 'Of a list, how many the version does not have.' }),
};

export const grantsSchema = z.object({ account_id: text({ format: 'uuid' }), ...givenShape }).meta({ id: 'Grants' });

const LONGEST_RULE = 10_000;
const RULE = `must be a text of 1 to ${LONGEST_RULE} characters`;

const ruleField = z
  .string({ error: RULE })
  .min(1, RULE)
  .max(LONGEST_RULE, RULE)
  .refine(isStorable, RULE)
  .optional()
  .meta({ description: "Those for which a condition is true: `state = 'GA' AND unit_count >= 50`." });

export const newAccountSchema = z.object({
  name: newAccountName,
  property_ids: propertyList.meta({ description: 'What it may see. Everything, if it has no rule either.' }).optional(),
  rule: ruleField,
});

export const newGrantsSchema = z.object({
  all: z.literal(true, { error: 'must be true, or left out' }).optional().meta({ description: 'Whatever is loaded.' }),
  property_ids: propertyList.meta({ description: 'These, and no others.' }).optional(),
  rule: ruleField,
  dry_run: z
    .boolean({ error: 'must be true or false' })
    .optional()
    .meta({ description: 'Only tell what would come and go.' }),
});

const givenSchema = z.object(givenShape);

export const grantsChangeSchema = z
  .object({
    account_id: text({ format: 'uuid' }),
    replaced: z.boolean().meta({ description: 'False for a dry run.' }),
    before: givenSchema,
    after: givenSchema,
    added: integer({ description: 'Properties that it may see now, and might not.' }),
    removed: integer({ description: 'Properties that it might see, and may not now.' }),
    added_ids: z.array(integer()).meta({ description: `The first ${NAMED}.` }),
    removed_ids: z.array(integer()).meta({ description: `The first ${NAMED}.` }),
    schedules_in_need: integer({ description: 'Schedules that name such properties: their runs fail from now on.' }),
  })
  .meta({ id: 'GrantsChange' });

/** Throws `invalid_parameter` unless one of the three is given. */
export function readEntitlement({
  all,
  property_ids: ids,
  rule,
}: Pick<z.infer<typeof newGrantsSchema>, 'all' | 'property_ids' | 'rule'>): Entitlement {
  const given = [all, ids, rule].filter((each) => each !== undefined).length;
  if (given !== 1) throw new ConveyanceError('invalid_parameter', 'give one of all, property_ids and rule');
  if (rule !== undefined) return { rule };
  return ids === undefined ? 'all' : PropertyIdSet.of(ids);
}

/** Throws `invalid_parameter` if both are given. */
export function readNewAccountGrants(
  given: Pick<z.infer<typeof newAccountSchema>, 'property_ids' | 'rule'>,
): Entitlement {
  const { property_ids: ids, rule } = given;
  if (ids !== undefined && rule !== undefined) {
    throw new ConveyanceError('invalid_parameter', 'give one of property_ids and rule');
  }
  return ids === undefined && rule === undefined ? 'all' : readEntitlement(given);
}

interface Given {
  readonly given: Entitlement;
  readonly version: number | null;
  readonly visible: PropertyIdSet;
  readonly unknown: number;
}

interface Change {
  readonly before: Given;
  readonly after: Given;
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

function kindOf(given: Entitlement): (typeof KINDS)[number] {
  if (given === 'all') return given;
  return isRule(given) ? 'rule' : 'list';
}

/** As `--json` and this interface have it. */
export function givenFields({ given, version, visible, unknown }: Given): z.infer<typeof givenSchema> {
  return {
    kind: kindOf(given),
    rule: given !== 'all' && isRule(given) ? given.rule : null,
    data_version: version,
    properties: visible.size,
    unknown_properties: unknown,
  };
}

export function grantsChangeFields(
  accountId: string,
  { before, after, added, removed }: Change,
  schedulesInNeed: number | null,
): z.infer<typeof grantsChangeSchema> {
  return {
    account_id: accountId,
    replaced: schedulesInNeed !== null,
    before: givenFields(before),
    after: givenFields(after),
    added: added.length,
    removed: removed.length,
    added_ids: added.slice(0, NAMED),
    removed_ids: removed.slice(0, NAMED),
    schedules_in_need: schedulesInNeed ?? 0,
  };
}
