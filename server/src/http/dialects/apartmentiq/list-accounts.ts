/** `GET /accounts`: for which accounts the credential can act. */
import { z } from 'zod';
import { pageOffset } from '../../../core/pages.ts';
import { parsePageRequest } from '../../../wire/apartmentiq/page-request.ts';
import { text } from '../../../wire/fields.ts';
import { badRequest, UNAUTHORIZED } from '../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../server/operation.ts';
import { paginationOf } from '../../server/pagination.ts';
import { pageQuerySchema, paginationSchema } from '../../server/schemas.ts';

const accountListSchema = z
  .object({
    data: z.array(z.object({ id: text({ format: 'uuid' }), name: text() })),
    pagination: paginationSchema,
  })
  .meta({ id: 'AccountList' });

export const listAccounts: ProtectedOperation = {
  scope: null,
  method: 'GET',
  path: '/accounts',
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
    const { page, per_page: perPage } = queryParameters(request);
    const pageRequest = parsePageRequest({ page, perPage });
    const account = await deps.db.accounts.get(caller.accountId);
    const accounts = account === null ? [] : [{ id: account.id, name: account.name }];
    const offset = pageOffset(pageRequest);
    return {
      data: accounts.slice(offset, offset + pageRequest.perPage),
      pagination: paginationOf({ totalCount: accounts.length, request: pageRequest }),
    };
  },
};
