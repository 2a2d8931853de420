/** What the routes of one delivery share: its id, and the refusal of an unknown one. */
import { z } from 'zod';
import { text } from '../../../../wire/fields.ts';
import { refused } from '../../../server/answers.ts';

export const deliveryIdParams = z.object({
  delivery_id: text({ format: 'uuid', description: 'UUID of the delivery: the `webhook-id` of its tries.' }),
});

export const DELIVERY_NOT_FOUND = refused(
  'Delivery not found',
  'not_found',
  'Webhook delivery with the specified ID does not exist',
);
