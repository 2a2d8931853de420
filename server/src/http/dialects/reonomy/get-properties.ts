/** `POST /property/bulk`: the details of up to a hundred properties, without a job. */
import { readProperties } from '../../../properties/read-property.ts';
import { parsePropertiesRequest, propertiesRequestSchema, propertiesSchema } from '../../../wire/reonomy/property.ts';
import type { ProtectedOperation } from '../../server/operation.ts';
import { REONOMY_UNAUTHORIZED, reonomyRefusals } from './answers.ts';

export const getProperties: ProtectedOperation = {
  permission: 'read properties',
  method: 'POST',
  path: '/property/bulk',
  document: {
    operationId: 'getProperties',
    tag: 'Properties',
    summary: 'Get Properties',
    description:
      'Up to a hundred properties at once: what a `property-details` job writes for them, in the order of the ids. Those that the ' +
      'account may not see, or that do not exist, are left out. Counts against the quota like the job.',
    body: { contentTypes: ['application/json'], schema: propertiesRequestSchema },
    responses: {
      200: { description: 'The properties; docs/detail-types.md describes every field', schema: propertiesSchema },
      400: reonomyRefusals('The request was malformed.', [
        ['invalid_parameter', 'property_ids must contain only UUIDs; it has 99001416 at place 1'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
    },
  },
  async answer({ deps }, { request, caller }) {
    const { uuids, details } = parsePropertiesRequest(request.body);
    return readProperties(deps, caller, uuids, details);
  },
};
