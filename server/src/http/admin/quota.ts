/** `/admin/v1/accounts/{account_id}/quota` and `/invitations`: how much a customer may, and who comes in for it. */
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { invite } from '../../core/logins/sessions.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { quotaMonth } from '../../core/quota.ts';
import { setQuota } from '../../jobs/account-changes.ts';
import { quotaChanges, requireLiving } from '../../jobs/operator/accounts.ts';
import {
  accountParams,
  invitationSchema,
  newInvitationSchema,
  newQuotaSchema,
  quotaFields,
  quotaSchema,
} from '../../wire/admin/account.ts';
import { readBody } from '../../wire/body.ts';
import { type ProtectedOperation, pathParameter } from '../server/operation.ts';
import { ACCOUNT_NOT_FOUND, OPERATE, operator, responses } from './answers.ts';

async function quotaOf(deps: Pick<Deps, 'db' | 'clock'>, accountId: string) {
  const month = quotaMonth(deps.clock());
  const usage = await deps.db.quota.usage(accountId, month);
  return quotaFields(accountId, month, usage, await quotaChanges(deps, accountId));
}

const QUOTA = responses({ description: 'The quota', schema: quotaSchema }, { 404: ACCOUNT_NOT_FOUND });

export const getQuota: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/accounts/:account_id/quota',
  document: {
    operationId: 'getQuota',
    tag: 'Customers',
    summary: 'Get Quota',
    description: 'The limit, what is used of it this month, and what it was before.',
    params: accountParams,
    responses: QUOTA,
  },
  async answer({ deps }, call) {
    const { id } = await requireLiving(deps, operator(call), pathParameter(call.request, 'account_id'));
    return quotaOf(deps, id);
  },
};

export const setQuotaOperation: ProtectedOperation = {
  permission: OPERATE,
  method: 'PUT',
  path: '/accounts/:account_id/quota',
  document: {
    operationId: 'setQuota',
    tag: 'Customers',
    summary: 'Set Quota',
    description:
      'Limits how many distinct properties the account may export in a calendar month. A limit below what is used refuses further ones, and takes nothing back.',
    params: accountParams,
    body: { contentTypes: ['application/json'], schema: newQuotaSchema },
    responses: QUOTA,
  },
  async answer({ deps }, call) {
    const { quota_limit: limit } = readBody(newQuotaSchema, call.request.body);
    const { id } = await requireLiving(deps, operator(call), pathParameter(call.request, 'account_id'));
    await setQuota(deps, id, limit, operator(call));
    return quotaOf(deps, id);
  },
};

const INVITATION = { description: 'The invitation', schema: invitationSchema };

export const inviteToAccount: ProtectedOperation = {
  permission: OPERATE,
  method: 'POST',
  path: '/accounts/:account_id/invitations',
  document: {
    operationId: 'inviteToAccount',
    tag: 'Customers',
    summary: 'Invite to Account',
    description: 'Makes a link that signs whoever has it in to the console of the account: once, within 24 hours.',
    params: accountParams,
    body: { contentTypes: ['application/json'], schema: newInvitationSchema },
    responses: responses(INVITATION, { 404: ACCOUNT_NOT_FOUND }),
  },
  async answer({ deps }, call) {
    const { role = 'member' } = readBody(newInvitationSchema, call.request.body ?? {});
    const { id } = await requireLiving(deps, operator(call), pathParameter(call.request, 'account_id'));
    const { link, expiresAt } = await invite(deps, { accountId: id, role, by: operator(call) });
    return { link, role, expires_at: expiresAt.toISOString() };
  },
};

export const inviteOperator: ProtectedOperation = {
  permission: OPERATE,
  method: 'POST',
  path: '/invitations',
  document: {
    operationId: 'inviteOperator',
    tag: 'System',
    summary: 'Invite Operator',
    description: 'Makes a link that signs whoever has it in to the console as an operator: once, within 24 hours.',
    responses: responses(INVITATION),
  },
  async answer({ deps }, call) {
    const request = { accountId: OPERATORS_ACCOUNT, role: 'operator', by: operator(call) } as const;
    const { link, expiresAt } = await invite(deps, request);
    return { link, role: request.role, expires_at: expiresAt.toISOString() };
  },
};
