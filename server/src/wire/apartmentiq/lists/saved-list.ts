/** Saved lists as messages. */
import { z } from 'zod';
import type { SavedList } from '../../../core/lists/saved-list.ts';
import type { Page } from '../../../core/pages.ts';
import { integer, text } from '../../fields.ts';
import { paginationFields, paginationSchema } from '../pages.ts';

const EXAMPLE_LIST_ID = '7d0f6a52-3c1e-4f0a-9b8e-2a6d1c5e4f30';

const listFieldsSchema = z.object({
  list_id: text({ format: 'uuid' }),
  name: text({ description: 'Your word for it, by which requests may name it.', example: 'Texas' }),
  filter: text({
    description: 'The condition that its properties meet, judged each time the list is used; null for a list of ids.',
    example: "state = 'TX' AND unit_count >= 50",
  }).nullable(),
  property_count: integer({
    description:
      'Of a list of ids how many it has, also those that are gone; null for a filter. `countSavedList` tells how many it means now.',
  }).nullable(),
  created_at: text({ format: 'date-time' }),
  updated_at: text({ format: 'date-time' }),
});

export const savedListSummarySchema = listFieldsSchema.meta({ id: 'SavedListSummary' });

export const savedListSchema = listFieldsSchema
  .extend({
    property_ids: z.array(z.int()).meta({ description: 'Null for a filter.' }).nullable(),
    warnings: z
      .array(z.string())
      .meta({
        description:
          'Only in the answer to a change: fields of the request that were ignored, and ids of no property that your account may see.',
      })
      .optional(),
  })
  .meta({ id: 'SavedList' });

export const savedListPageSchema = z
  .object({ lists: z.array(savedListSummarySchema), pagination: paginationSchema })
  .meta({ id: 'SavedListPage' });

export const savedListCountSchema = z
  .object({
    count: integer({ description: 'How many properties it means now.' }),
    left_out: integer({
      description: 'How many of the ids of a list are of no property that there is and that your account may see.',
    }),
  })
  .meta({ id: 'SavedListCount' });

export const savedListParams = z.object({
  list: text({ description: 'The id or the name of the list.', examples: [EXAMPLE_LIST_ID] }),
});

/** Everything but the ids. */
export function savedListFields(list: SavedList): z.infer<typeof savedListSummarySchema> {
  return {
    list_id: list.id,
    name: list.name,
    filter: list.filter,
    property_count: list.propertyCount,
    created_at: list.createdAt.toISOString(),
    updated_at: list.updatedAt.toISOString(),
  };
}

export function savedListPageFields(page: Page<SavedList>): z.infer<typeof savedListPageSchema> {
  return { lists: page.items.map(savedListFields), pagination: paginationFields(page) };
}
