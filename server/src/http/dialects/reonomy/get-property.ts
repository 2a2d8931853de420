/** `GET /property/{property_id}`: one property’s details, without a job. */
import { readProperty } from '../../../properties/read-property.ts';
import {
  parsePropertyQuery,
  propertyParamsSchema,
  propertyQuerySchema,
  propertySchema,
} from '../../../wire/reonomy/property.ts';
import { type ProtectedOperation, pathParameter, queryParameters, repeatedParameter } from '../../server/operation.ts';
import { REONOMY_UNAUTHORIZED, reonomyForbiddenOrUsedUp, reonomyRefusal, reonomyRefusals } from './answers.ts';

export const getProperty: ProtectedOperation = {
  permission: 'read properties',
  method: 'GET',
  path: '/property/:property_id',
  document: {
    operationId: 'getProperty',
    tag: 'Properties',
    summary: 'Get Property',
    description:
      'One property: what a `property-details` job writes for it, at once. Counts against the quota like the job; a property that ' +
      'counts in this month already is free.',
    params: propertyParamsSchema,
    query: propertyQuerySchema,
    responses: {
      200: {
        description: 'The property; docs/detail-types.md describes every field',
        schema: propertySchema,
      },
      400: reonomyRefusals('The request was malformed.', [
        ['invalid_parameter', 'the property id must be a valid UUID'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
      403: reonomyForbiddenOrUsedUp('read properties'),
      404: reonomyRefusal('No such property', 'not_found', 'Property with the specified ID does not exist'),
    },
  },
  async answer({ deps }, { request, caller }) {
    const raw = {
      detailTypes: repeatedParameter(request, 'detail_type'),
      filterPii: repeatedParameter(request, 'filter_pii'),
      names: Object.keys(queryParameters(request)),
    };
    return readProperty(deps, caller, pathParameter(request, 'property_id'), parsePropertyQuery(raw));
  },
};
