/** `GET /properties/lookup`: the ids of the properties that meet a query. */
import { lookupProperties } from '../../../properties/lookup.ts';
import {
  lookupQuerySchema,
  parseLookup,
  propertyListFields,
  propertyListSchema,
} from '../../../wire/apartmentiq/lookup.ts';
import { badRequest, UNAUTHORIZED } from '../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../server/operation.ts';

export const lookupPropertyIds: ProtectedOperation = {
  permission: 'look up properties',
  method: 'GET',
  path: '/properties/lookup',
  unknownQuery: 'refused',
  readQuery: parseLookup,
  document: {
    operationId: 'lookupProperties',
    tag: 'Properties',
    summary: 'Property Lookup',
    description: 'The properties that your account may see and that meet every condition of the query.',
    query: lookupQuerySchema,
    responses: {
      200: {
        description: 'A page of properties',
        schema: propertyListSchema,
      },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'per_page must be an integer between 1 and 100' },
      }),
      401: UNAUTHORIZED,
    },
  },
  async answer({ deps }, { request, caller }) {
    return propertyListFields(await lookupProperties(deps, caller, parseLookup(queryParameters(request))));
  },
};
