/** The two kinds of property ids, each told by the other: the whole number of this contract, and the UUID of Reonomy's. */
import { z } from 'zod';
import type { PropertyIdPair, TranslatedIds } from '../../core/details.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import { integer, text } from '../fields.ts';
import { parseFields } from './request-body.ts';

export const MAX_IDS_TRANSLATED = 10_000;
const FORM = 'ids must contain only positive integers and UUIDs';

const anyId = z.union([
  z.int().positive().meta({ description: 'The number of a property.' }),
  z.string().refine(isUuid).meta({ description: 'The UUID of a property.', format: 'uuid' }),
]);

const NEEDED = 'ids is required and must be a non-empty array';

export const propertyIdsRequestSchema = z.object({
  ids: z
    .array(anyId, { error: NEEDED })
    .min(1, NEEDED)
    .max(MAX_IDS_TRANSLATED, `ids must contain at most ${MAX_IDS_TRANSLATED} IDs`)
    .meta({ description: `Numbers and UUIDs, up to ${MAX_IDS_TRANSLATED}.` }),
});

/** Of a list with many faults the first is enough to find the others. */
export function parsePropertyIds(body: unknown): readonly (number | string)[] {
  const shape = {
    ids: z
      .array(z.unknown(), { error: NEEDED })
      .min(1, NEEDED)
      .max(MAX_IDS_TRANSLATED, `ids must contain at most ${MAX_IDS_TRANSLATED} IDs`)
      .transform((ids, context) => {
        const at = ids.findIndex((id) => !anyId.safeParse(id).success);
        if (at < 0) return ids as (number | string)[];
        context.addIssue({ code: 'custom', message: `${FORM}; the first that is neither has position ${at + 1}` });
        return z.NEVER;
      }),
  };
  return parseFields(body, shape, () => new Map()).ids;
}

const pairSchema = z
  .object({
    id: integer({ description: 'The number, by which reports are requested.' }),
    reonomy_id: text({ description: 'The UUID, by which details are requested.', format: 'uuid' }),
  })
  .meta({ id: 'PropertyIdPair' });

export const propertyIdPairsSchema = z
  .object({
    properties: z.array(pairSchema).meta({ description: 'In the order of the request.' }),
    unknown: z
      .array(z.union([integer(), text()]))
      .meta({ description: 'Those of no property that you may see, in the order of the request.' }),
  })
  .meta({ id: 'PropertyIdPairs' });

function pairFields({ id, uuid }: PropertyIdPair): z.infer<typeof pairSchema> {
  return { id, reonomy_id: uuid };
}

export function propertyIdPairsFields({ pairs, unknown }: TranslatedIds): z.infer<typeof propertyIdPairsSchema> {
  return { properties: pairs.map(pairFields), unknown: [...unknown] };
}
