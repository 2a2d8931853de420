/** `GET /accounts`: for which accounts the credential can act. */
import { pageOffset } from '../../../core/pages.ts';
import { accountListFields, accountListSchema } from '../../../wire/apartmentiq/accounts.ts';
import { pageQuerySchema, parsePageRequest } from '../../../wire/apartmentiq/pages.ts';
import { badRequest, UNAUTHORIZED } from '../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../server/operation.ts';

export const listAccounts: ProtectedOperation = {
  permission: null,
  method: 'GET',
  path: '/accounts',
  unknownQuery: 'refused-if-meant',
  readQuery: parsePageRequest,
  document: {
    operationId: 'listAccounts',
    tag: 'Accounts',
    summary: 'List Accounts',
    description: 'The accounts that the credential can act for: its own.',
    query: pageQuerySchema,
    responses: {
      200: { description: 'A page of accounts', schema: accountListSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'per_page must be an integer between 1 and 100' },
      }),
      401: UNAUTHORIZED,
    },
  },
  async answer({ deps }, { request, caller }) {
    const pageRequest = parsePageRequest(queryParameters(request));
    const account = await deps.db.accounts.get(caller.accountId);
    const accounts = account === null ? [] : [account];
    const offset = pageOffset(pageRequest);
    const items = accounts.slice(offset, offset + pageRequest.perPage);
    return accountListFields({ items, totalCount: accounts.length, request: pageRequest });
  },
};
