import { type Kysely, sql } from 'kysely';

/**
 * People come by invitation and prove themselves by sessions. A session names a credential: of a key or token that signed in, or one of
 * the kind `person` that the invitation became, so that jobs, counts and the audit log know one sort of caller.
 */
const STATEMENTS = [
  sql`alter table credentials drop constraint credentials_kind_check`,
  sql`alter table credentials add constraint credentials_kind_check check (kind in ('key', 'token', 'person'))`,
  sql`create table invitations (
    id uuid primary key,
    account_id uuid not null references accounts,
    scopes text[] not null,
    token_hash bytea not null unique,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
  )`,
  sql`create index invitations_expiry on invitations (expires_at)`,
  sql`create table sessions (
    id uuid primary key,
    credential_id uuid not null references credentials,
    token_hash bytea not null unique,
    address text,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
  )`,
  sql`create index sessions_expiry on sessions (expires_at)`,
  sql`create index sessions_credential on sessions (credential_id, created_at)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
