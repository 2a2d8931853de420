/** The accounts that a credential can act for. */
import { z } from 'zod';
import type { Account } from '../../core/access.ts';
import type { Page } from '../../core/pages.ts';
import { text } from '../fields.ts';
import { paginationFields, paginationSchema } from './pages.ts';

export const accountListSchema = z
  .object({
    data: z.array(z.object({ id: text({ format: 'uuid' }), name: text() })),
    pagination: paginationSchema,
  })
  .meta({ id: 'AccountList' });

export function accountListFields(page: Page<Pick<Account, 'id' | 'name'>>): z.infer<typeof accountListSchema> {
  return { data: page.items.map(({ id, name }) => ({ id, name })), pagination: paginationFields(page) };
}
