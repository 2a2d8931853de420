/** Who is calling: the access key as the contract's `user`, and the account that it belongs to. */
import { z } from 'zod';
import { type Account, type Credential, SCOPES } from '../../core/access.ts';
import { text } from '../fields.ts';

export const userSchema = z
  .object({
    id: text({ format: 'uuid', description: 'The access key, as jobs name it in `user`.' }),
    access_key: text({ description: 'Its public half.' }).nullable(),
    scopes: z.array(z.enum(SCOPES)),
    created: text({ format: 'date-time' }),
    group_path: text({ description: 'The account, as jobs name it: 32 hexadecimal digits.' }),
    account: z.object({ id: text({ format: 'uuid' }), name: text() }),
  })
  .meta({ id: 'BatchDialectUser' });

export function userFields(
  account: Pick<Account, 'id' | 'name'>,
  { id, accessKey, scopes, createdAt }: Pick<Credential, 'id' | 'accessKey' | 'scopes' | 'createdAt'>,
): z.infer<typeof userSchema> {
  return {
    id,
    access_key: accessKey,
    scopes: [...scopes],
    created: createdAt.toISOString(),
    group_path: account.id.replaceAll('-', ''),
    account: { id: account.id, name: account.name },
  };
}
