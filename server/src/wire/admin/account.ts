/** Accounts as operators see them. */
import { z } from 'zod';
import type { Account, Credential } from '../../core/access.ts';
import type { AuditEntry } from '../../core/audit.ts';
import type { AccountOverview, AccountPageRequest, AccountPlace } from '../../core/ports/database/accounts.ts';
import { type QuotaUsage, quotaPeriod } from '../../core/quota.ts';
import { credentialFields, credentialSchema } from '../credential.ts';
import { integer, nameField, text } from '../fields.ts';
import { encodeCursor, nextCursor, pageQuery, type Query, QueryReader } from './requests.ts';

const LONGEST_ACCOUNT_NAME = 200;
const MOST_PROPERTIES = 100_000;

const accountSchema = z
  .object({
    account_id: text({ format: 'uuid' }),
    name: text(),
    state: z.enum(['active', 'suspended', 'deleted']),
    created_at: text({ format: 'date-time' }),
    suspended_at: text({ format: 'date-time' }).nullable(),
    all_properties: z.boolean().meta({ description: 'True if it may see whatever is loaded.' }),
    grant_rule: text({ description: 'Which properties it may see, if a rule says so.' }).nullable(),
    quota_limit: integer({ description: 'Distinct properties a month; null for no limit.' }).nullable(),
    quota_usage: integer({ description: 'Of this month.' }),
    jobs_running: integer(),
    jobs_waiting: integer(),
  })
  .meta({ id: 'Account' });

export const accountListSchema = z
  .object({ accounts: z.array(accountSchema), next_cursor: nextCursor })
  .meta({ id: 'AccountList' });

export const accountListQuery = pageQuery().extend({
  name: text({ description: 'Only those whose name has this in it, in any case.' }).optional(),
});

export const accountDetailsSchema = accountSchema
  .extend({
    property_count: integer({ description: 'That it may see; null for all.' }).nullable(),
    credentials: z.array(credentialSchema).meta({ description: 'The newest hundred, revoked ones too.' }),
  })
  .meta({ id: 'AccountDetails' });

export const accountParams = z.object({ account_id: text({ format: 'uuid', description: 'UUID of the account.' }) });

export const propertyList = z
  .array(z.int({ error: 'must be whole numbers' }).positive('must be whole numbers from 1'), {
    error: 'must be a list of property ids',
  })
  .max(MOST_PROPERTIES, `must have at most ${MOST_PROPERTIES} ids; longer lists go by \`conveyance grants replace\``);

export const newAccountName = nameField(LONGEST_ACCOUNT_NAME, 'What people call it. Names need not differ.');

/** What is wrong with a name; null if nothing is. */
export function nameFault(name: string): string | null {
  const { error } = accountChangeSchema.shape.name.safeParse(name);
  return error?.issues[0]?.message ?? null;
}

export const accountChangeSchema = z.object({ name: nameField(LONGEST_ACCOUNT_NAME, 'The new name.') });

const QUOTA_RULE = 'must be a whole number from 0, or null for no limit';
export const newQuotaSchema = z.object({
  quota_limit: z
    .int({ error: QUOTA_RULE })
    .nonnegative(QUOTA_RULE)
    .nullable()
    .meta({ description: 'Distinct properties a month; null for no limit.' }),
});

const quotaChangeSchema = z.object({
  at: text({ format: 'date-time' }),
  quota_limit: integer({ description: 'Null: no limit.' }).nullable(),
  by: text({ description: 'The credential; `operator` for a command on the data.' }),
});

export const quotaSchema = z
  .object({
    account_id: text({ format: 'uuid' }),
    quota_limit: integer().nullable(),
    quota_usage: integer(),
    period_start: text({ format: 'date' }),
    period_end: text({ format: 'date' }),
    history: z.array(quotaChangeSchema).meta({
      description: 'What was set, the newest first: a hundred at most, for as long as the audit log is kept.',
    }),
  })
  .meta({ id: 'Quota' });

const ROLES = ['viewer', 'member'] as const;
export const newInvitationSchema = z.object({
  role: z
    .enum(ROLES, { error: `must be one of: ${ROLES.join(', ')}` })
    .optional()
    .meta({ description: '`viewer` sees and downloads; `member`, which is the default, also creates.' }),
});

export const invitationSchema = z
  .object({
    link: text({ description: 'Works once, for whoever has it. It is shown here alone.', format: 'uri' }),
    role: z.enum([...ROLES, 'operator']),
    expires_at: text({ format: 'date-time' }),
  })
  .meta({ id: 'Invitation' });

const iso = (date: Date | null) => date?.toISOString() ?? null;

function stateOf({ suspendedAt, deletedAt }: Account): z.infer<typeof accountSchema>['state'] {
  if (deletedAt !== null) return 'deleted';
  return suspendedAt === null ? 'active' : 'suspended';
}

export function accountFields(account: AccountOverview): z.infer<typeof accountSchema> {
  return {
    account_id: account.id,
    name: account.name,
    state: stateOf(account),
    created_at: account.createdAt.toISOString(),
    suspended_at: iso(account.suspendedAt),
    all_properties: account.allProperties,
    grant_rule: account.grantRule,
    quota_limit: account.quotaLimit,
    quota_usage: account.quotaUsage,
    jobs_running: account.running,
    jobs_waiting: account.waiting,
  };
}

const placeSchema = z.tuple([z.string(), z.uuid()]).transform(([name, id]): AccountPlace => ({ name, id }));

export function readAccountList(query: Query): AccountPageRequest {
  const reader = new QueryReader(query);
  return reader.done({
    named: reader.text('name', LONGEST_ACCOUNT_NAME),
    after: reader.cursor(placeSchema),
    limit: reader.limit(),
  });
}

export function accountListFields(
  accounts: readonly AccountOverview[],
  limit: number,
): z.infer<typeof accountListSchema> {
  const last = accounts.at(-1);
  const next = last === undefined || accounts.length < limit ? null : encodeCursor([last.name, last.id]);
  return { accounts: accounts.map(accountFields), next_cursor: next };
}

const MOST_CREDENTIALS = 100;

export function accountDetailsFields(
  account: AccountOverview,
  propertyCount: number | null,
  credentials: readonly Credential[],
): z.infer<typeof accountDetailsSchema> {
  return {
    ...accountFields(account),
    property_count: propertyCount,
    credentials: credentials.slice(-MOST_CREDENTIALS).reverse().map(credentialFields),
  };
}

export function quotaFields(
  accountId: string,
  month: string,
  { limit, usage }: QuotaUsage,
  changes: readonly AuditEntry[],
): z.infer<typeof quotaSchema> {
  const { start, end } = quotaPeriod(month);
  return {
    account_id: accountId,
    quota_limit: limit,
    quota_usage: usage,
    period_start: start,
    period_end: end,
    history: changes.map(({ at, subject, credentialId }) => ({
      at: at.toISOString(),
      quota_limit: /^\d+$/.test(subject ?? '') ? Number(subject) : null,
      by: credentialId ?? '',
    })),
  };
}
