import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // A condition on the columns of `properties`, in the place of a list. The list is then empty and not null: a process of the release before
  // reads null as every property.
  sql`alter table accounts add grant_rule text
    check (grant_rule is null or (property_ids is not null and length(property_ids) = 0))`,
  // What a rule is true of in a data version, neither of which changes. The text is the rule's name: two accounts with the same rule are
  // asked for once.
  sql`create table rule_matches (
    version bigint not null references data_versions on delete cascade,
    rule text not null,
    property_ids bytea not null
  )`,
  // By its hash: an index takes no text of 10,000 letters.
  sql`create unique index rule_matches_once on rule_matches (version, md5(rule))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
