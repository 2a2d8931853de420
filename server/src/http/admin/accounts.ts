/** `/admin/v1/accounts`: customers. */
import type { Deps } from '../../core/ports/deps.ts';
import { quotaMonth } from '../../core/quota.ts';
import {
  deleteAccount,
  readAccount,
  renameAccount,
  resumeAccount,
  suspendAccount,
} from '../../jobs/operator/accounts.ts';
import { countVisible, createGranted } from '../../jobs/operator/grants.ts';
import {
  accountChangeSchema,
  accountDetailsFields,
  accountDetailsSchema,
  accountListFields,
  accountListQuery,
  accountListSchema,
  accountParams,
  readAccountList,
} from '../../wire/admin/account.ts';
import { newAccountSchema, readNewAccountGrants } from '../../wire/admin/grants.ts';
import { readBody } from '../../wire/body.ts';
import { type Call, type Door, type ProtectedOperation, pathParameter, queryParameters } from '../server/operation.ts';
import { ACCOUNT_NOT_FOUND, ID_LIST_BYTES, OPERATE, operator, responses } from './answers.ts';

const NEW_BODY = { contentTypes: ['application/json'], schema: newAccountSchema } as const;

async function details(deps: Pick<Deps, 'db' | 'engine' | 'clock'>, call: Call, id: string) {
  const account = await readAccount(deps, operator(call), id);
  const credentials = await deps.db.credentials.list(account.id);
  return accountDetailsFields(account, await countVisible(deps, account), credentials);
}

const ACCOUNT = responses({ description: 'The account', schema: accountDetailsSchema }, { 404: ACCOUNT_NOT_FOUND });

export const listCustomers: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/accounts',
  unknownQuery: 'refused',
  readQuery: readAccountList,
  document: {
    operationId: 'listAccounts',
    tag: 'Customers',
    summary: 'List Accounts',
    description: 'Customers by their names, with their quotas and what of theirs is under way.',
    query: accountListQuery,
    responses: responses({ description: 'A page of accounts', schema: accountListSchema }),
  },
  async answer({ deps }, { request }) {
    const asked = readAccountList(queryParameters(request));
    const accounts = await deps.db.accounts.page(asked, quotaMonth(deps.clock()));
    return accountListFields(accounts, asked.limit);
  },
};

export const createCustomer: ProtectedOperation = {
  permission: OPERATE,
  method: 'POST',
  path: '/accounts',
  bodyLimit: ID_LIST_BYTES,
  document: {
    operationId: 'createAccount',
    tag: 'Customers',
    summary: 'Create Account',
    description: 'Makes an account, which has no credential yet.',
    body: NEW_BODY,
    responses: responses({ description: 'The account', schema: accountDetailsSchema }),
  },
  async answer({ deps }, call) {
    const { name, ...given } = readBody(newAccountSchema, call.request.body);
    const { id } = await createGranted(deps, operator(call), { name, grants: readNewAccountGrants(given) });
    return details(deps, call, id);
  },
};

export const getCustomer: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/accounts/:account_id',
  document: {
    operationId: 'getAccount',
    tag: 'Customers',
    summary: 'Get Account',
    description: 'An account with its credentials, without their secrets. The audit log has who looked.',
    params: accountParams,
    responses: ACCOUNT,
  },
  answer: async ({ deps }, call) => details(deps, call, pathParameter(call.request, 'account_id')),
};

export const renameCustomer: ProtectedOperation = {
  permission: OPERATE,
  method: 'PATCH',
  path: '/accounts/:account_id',
  document: {
    operationId: 'renameAccount',
    tag: 'Customers',
    summary: 'Rename Account',
    description: 'Gives the account another name. Its id stays.',
    params: accountParams,
    body: { contentTypes: ['application/json'], schema: accountChangeSchema },
    responses: ACCOUNT,
  },
  async answer({ deps }, call) {
    const id = pathParameter(call.request, 'account_id');
    const { name } = readBody(accountChangeSchema, call.request.body);
    await renameAccount(deps, operator(call), { id, name });
    return details(deps, call, id);
  },
};

/** One of the two changes that need no body. */
function change(
  word: 'suspend' | 'resume',
  summary: string,
  description: string,
  verb: typeof suspendAccount,
): ProtectedOperation {
  return {
    permission: OPERATE,
    method: 'POST',
    path: `/accounts/:account_id/${word}`,
    document: {
      ...{ operationId: `${word}Account`, tag: 'Customers', summary, description },
      params: accountParams,
      responses: ACCOUNT,
    },
    async answer({ deps }: Door, call: Call) {
      const id = pathParameter(call.request, 'account_id');
      await verb(deps, operator(call), id);
      return details(deps, call, id);
    },
  };
}

export const suspendCustomer = change(
  'suspend',
  'Suspend Account',
  'Within five seconds none of its credentials, sessions and links opens anything, on every node. Jobs that were accepted run to their ends.',
  suspendAccount,
);

export const resumeCustomer = change(
  'resume',
  'Resume Account',
  'What a suspended account had opens again. Runs of schedules that fell into the time are not made up for.',
  resumeAccount,
);

export const deleteCustomer: ProtectedOperation = {
  permission: OPERATE,
  method: 'DELETE',
  path: '/accounts/:account_id',
  document: {
    operationId: 'deleteAccount',
    tag: 'Customers',
    summary: 'Delete Account',
    description:
      'For good: ends its credentials, sessions, links, schedules and waiting webhooks, cancels its jobs, and has the files of its results deleted. ' +
      'What is kept, and for how long, is in docs/operate.md.',
    params: accountParams,
    responses: ACCOUNT,
  },
  async answer({ deps }, call) {
    const id = pathParameter(call.request, 'account_id');
    await deleteAccount(deps, operator(call), id);
    return details(deps, call, id);
  },
};
