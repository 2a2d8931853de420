/** `/keys`: the account’s access keys and personal tokens. */
import { MS_PER_SECOND } from '../../../../core/time.ts';
import { createKey, listKeys, revokeOwnKey, rotateOwnKey } from '../../../../jobs/keys/keys.ts';
import {
  issuedKeyFields,
  issuedKeySchema,
  keyListFields,
  keyListSchema,
  keyParams,
  newKeySchema,
  parseNewKey,
  parseRotation,
  revokedKeyFields,
  revokedKeySchema,
  rotationSchema,
} from '../../../../wire/apartmentiq/keys/keys.ts';
import { credentialSchema } from '../../../../wire/credential.ts';
import { badRequest, refused, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';

const PATH = '/keys';
const KEY_NOT_FOUND = refused(
  'No such key or token of the account',
  'not_found',
  'Access key or token with the specified ID does not exist',
);
const NOT_JSON = refused(
  'Body is not JSON',
  'unsupported_media_type',
  'the Content-Type is text/plain; this call takes application/json',
);

export const listKeysOperation: ProtectedOperation = {
  permission: 'view access keys',
  method: 'GET',
  path: PATH,
  unknownQuery: 'refused-if-meant',
  listed: credentialSchema,
  document: {
    operationId: 'listKeys',
    tag: 'Access Keys',
    summary: 'List Access Keys',
    description:
      'The access keys and personal tokens of your account, newest first, with their scopes, when each was last used and from where, and never with a secret.',
    responses: { 200: { description: 'The keys and tokens', schema: keyListSchema }, 401: UNAUTHORIZED },
  },
  async answer({ deps }, { caller }) {
    return keyListFields(await listKeys(deps, caller));
  },
};

export const createKeyOperation: ProtectedOperation = {
  permission: 'change access keys',
  method: 'POST',
  path: PATH,
  document: {
    operationId: 'createKey',
    tag: 'Access Keys',
    summary: 'Create Access Key',
    description:
      'Makes an access key with its secret, or a personal token, that may do no more and lasts no longer than the credential that asks; beyond that ' +
      'the answer is 403. The secret is in this answer alone. An account may have a hundred that work, and make a hundred a day, unless its operator ' +
      'sets another number; a further one is answered with 429.',
    body: { contentTypes: ['application/json'], schema: newKeySchema },
    responses: {
      200: { description: 'The key or token, and what opens it', schema: issuedKeySchema },
      400: badRequest({
        'Invalid Parameter': {
          code: 'invalid_parameter',
          message: 'name must be a text of 1 to 200 characters',
        },
      }),
      401: UNAUTHORIZED,
      415: NOT_JSON,
    },
  },
  async answer({ deps }, { request, caller }) {
    return issuedKeyFields(await createKey(deps, caller, parseNewKey(request.body)));
  },
};

export const rotateKeyOperation: ProtectedOperation = {
  permission: 'change access keys',
  method: 'POST',
  path: `${PATH}/:credential_id/rotate`,
  document: {
    operationId: 'rotateKey',
    tag: 'Access Keys',
    summary: 'Rotate Access Key',
    description:
      'Makes a new key with the name and scopes of an old one, which ends after the overlap: until then programs can be changed over one by one. ' +
      'File jobs of the old key are seen by the old key alone, and its schedules act for it: resume them with the new one before it ends. ' +
      'A personal token is not rotated: make another, and revoke the old one.',
    params: keyParams,
    body: { contentTypes: ['application/json'], schema: rotationSchema },
    responses: {
      200: { description: 'The new key, and its secret', schema: issuedKeySchema },
      400: badRequest({
        'Invalid Parameter': {
          code: 'invalid_parameter',
          message: 'only an access key that still works can be rotated',
        },
      }),
      401: UNAUTHORIZED,
      404: KEY_NOT_FOUND,
      415: NOT_JSON,
    },
  },
  async answer({ deps }, { request, caller }) {
    const { overlapSeconds } = parseRotation(request.body);
    const id = pathParameter(request, 'credential_id');
    return issuedKeyFields(await rotateOwnKey(deps, caller, id, overlapSeconds * MS_PER_SECOND));
  },
};

export const revokeKeyOperation: ProtectedOperation = {
  permission: 'change access keys',
  method: 'DELETE',
  path: `${PATH}/:credential_id`,
  document: {
    operationId: 'revokeKey',
    tag: 'Access Keys',
    summary: 'Revoke Access Key',
    description:
      'Ends a key or token for good, within five seconds on every server, with the sessions that were started by it. Revoking it twice is fine.',
    params: keyParams,
    responses: {
      200: { description: 'The key or token, revoked', schema: revokedKeySchema },
      401: UNAUTHORIZED,
      404: KEY_NOT_FOUND,
    },
  },
  async answer({ deps }, { request, caller }) {
    return revokedKeyFields(await revokeOwnKey(deps, caller, pathParameter(request, 'credential_id')));
  },
};
