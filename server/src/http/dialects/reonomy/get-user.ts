/** `GET /users/me`: which key is calling, and for which account. */
import { ConveyanceError } from '../../../core/errors.ts';
import { userFields, userSchema } from '../../../wire/reonomy/user.ts';
import type { ProtectedOperation } from '../../server/operation.ts';
import { REONOMY_UNAUTHORIZED } from './answers.ts';

export const getUser: ProtectedOperation = {
  permission: null,
  method: 'GET',
  path: '/users/me',
  document: {
    operationId: 'getUser',
    tag: 'Accounts',
    summary: 'Get User',
    description: 'The access key that calls, and its account: what a client asks first to see whether it is let in.',
    responses: { 200: { description: 'The key and its account', schema: userSchema }, 401: REONOMY_UNAUTHORIZED },
  },
  async answer({ deps: { db } }, { caller }) {
    const [account, credential] = await Promise.all([
      db.accounts.get(caller.accountId),
      db.credentials.byId(caller.credentialId),
    ]);
    if (account === null || credential === null) throw new ConveyanceError('not_found', 'The account does not exist');
    return userFields(account, credential);
  },
};
