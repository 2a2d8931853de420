/** `POST /properties/ids`: from the numbers of properties to their UUIDs, and back. */
import { translateIds } from '../../../properties/translate-ids.ts';
import {
  MAX_IDS_TRANSLATED,
  parsePropertyIds,
  propertyIdPairsFields,
  propertyIdPairsSchema,
  propertyIdsRequestSchema,
} from '../../../wire/apartmentiq/property-ids.ts';
import { badRequest, UNAUTHORIZED } from '../../server/answers.ts';
import type { ProtectedOperation } from '../../server/operation.ts';

/** A UUID takes 39 bytes, and people indent. */
const BODY_BYTES = MAX_IDS_TRANSLATED * 64;

export const translatePropertyIds: ProtectedOperation = {
  permission: 'look up properties',
  method: 'POST',
  path: '/properties/ids',
  unknownQuery: 'refused-if-meant',
  bodyLimit: BODY_BYTES,
  document: {
    operationId: 'translatePropertyIds',
    tag: 'Properties',
    summary: 'Translate Property IDs',
    description:
      'A property has two ids: a number, by which reports are requested, and a UUID, by which its details are. Takes ids of either ' +
      'kind and answers both of each property that your account may see. Costs no quota.',
    body: { contentTypes: ['application/json'], schema: propertyIdsRequestSchema },
    responses: {
      200: { description: 'Both ids of each', schema: propertyIdPairsSchema },
      400: badRequest({
        'Invalid Parameter': {
          code: 'invalid_parameter',
          message: 'ids is required and must be a non-empty array',
        },
      }),
      401: UNAUTHORIZED,
    },
  },
  async answer({ deps }, { request, caller }) {
    return propertyIdPairsFields(await translateIds(deps, caller, parsePropertyIds(request.body)));
  },
};
