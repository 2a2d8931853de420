import { type Kysely, sql } from 'kysely';

/**
 * Customers look after their own keys. That takes a scope of its own, which no program has unless it is given to it; people who may make exports
 * at the console have it from now on.
 */
const STATEMENTS = [
  sql`update credentials set scopes = array_append(scopes, 'keys')
    where kind = 'person' and 'exports:write' = any(scopes) and not 'keys' = any(scopes)`,
  sql`update invitations set scopes = array_append(scopes, 'keys')
    where 'exports:write' = any(scopes) and not 'keys' = any(scopes)`,
  sql`create index credentials_of_programs on credentials (account_id, created_at desc, id desc) where kind <> 'person'`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
