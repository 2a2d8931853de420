/** What the routes of one delivery share: the refusal of an unknown one. */
import { refused } from '../../../server/answers.ts';

export const DELIVERY_NOT_FOUND = refused(
  'Delivery not found',
  'not_found',
  'Webhook delivery with the specified ID does not exist',
);
