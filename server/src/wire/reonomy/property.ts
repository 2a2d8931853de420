/** One property, asked for by its id: the query, and the answer. */
import { z } from 'zod';
import { DETAIL_TYPES } from '../../core/details.ts';
import { text } from '../fields.ts';

export const propertyParamsSchema = z.object({
  property_id: text({ format: 'uuid', description: 'The property’s UUID.' }),
});

export const propertyQuerySchema = z.object({
  detail_type: z
    .array(z.enum(DETAIL_TYPES))
    .meta({ description: 'Repeated or separated by commas; `basic` when left out.' })
    .optional(),
  filter_pii: z.boolean().meta({ description: 'Leave personal data out.' }).optional(),
});

/** A line of a `property-details` result: its fields are those of the detail types, in their own words. */
export const propertySchema = z.object({ id: text() }).loose();
