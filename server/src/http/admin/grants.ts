/** `/admin/v1/accounts/{account_id}/grants`: what a customer may see. */
import { compareGrants, readGrants, replaceGrants } from '../../jobs/operator/grants.ts';
import { accountParams } from '../../wire/admin/account.ts';
import {
  givenFields,
  grantsChangeFields,
  grantsChangeSchema,
  grantsSchema,
  newGrantsSchema,
  readEntitlement,
} from '../../wire/admin/grants.ts';
import { readBody } from '../../wire/body.ts';
import { type ProtectedOperation, pathParameter } from '../server/operation.ts';
import { ACCOUNT_NOT_FOUND, ID_LIST_BYTES, OPERATE, operator, responses } from './answers.ts';

export const getGrants: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/accounts/:account_id/grants',
  document: {
    operationId: 'getGrants',
    tag: 'Customers',
    summary: 'Get Grants',
    description:
      'What the account may see: all, a list, or what a rule says; and how many properties of the current data that is.',
    params: accountParams,
    responses: responses({ description: 'The grants', schema: grantsSchema }, { 404: ACCOUNT_NOT_FOUND }),
  },
  async answer({ deps }, call) {
    const id = pathParameter(call.request, 'account_id');
    const given = await readGrants(deps, operator(call), id);
    return { account_id: id.toLowerCase(), ...givenFields(given) };
  },
};

export const replaceGrantsOperation: ProtectedOperation = {
  permission: OPERATE,
  method: 'PUT',
  path: '/accounts/:account_id/grants',
  bodyLimit: ID_LIST_BYTES,
  document: {
    operationId: 'replaceGrants',
    tag: 'Customers',
    summary: 'Replace Grants',
    description:
      'Gives the account all properties, a list, or a rule, in the place of what it had. A rule is looked for anew in each data version. Jobs that were accepted are not affected.',
    params: accountParams,
    body: { contentTypes: ['application/json'], schema: newGrantsSchema },
    responses: responses(
      { description: 'What comes and goes', schema: grantsChangeSchema },
      { 404: ACCOUNT_NOT_FOUND },
    ),
  },
  async answer({ deps }, call) {
    const { dry_run: dryRun = false, ...asked } = readBody(newGrantsSchema, call.request.body);
    const change = { id: pathParameter(call.request, 'account_id').toLowerCase(), to: readEntitlement(asked) };
    if (dryRun) return grantsChangeFields(change.id, await compareGrants(deps, operator(call), change), null);
    const replaced = await replaceGrants(deps, operator(call), change);
    return grantsChangeFields(change.id, replaced, replaced.withheldFrom.length);
  },
};
