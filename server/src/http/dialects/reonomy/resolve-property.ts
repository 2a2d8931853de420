/** `POST /resolve/property`: one address or point to its property, without a job. */
import { resolveProperty as resolve } from '../../../properties/resolve-property.ts';
import {
  parseResolveRequest,
  resolutionFields,
  resolutionSchema,
  resolveRequestSchema,
} from '../../../wire/reonomy/resolve.ts';
import type { ProtectedOperation } from '../../server/operation.ts';
import { REONOMY_RATE_LIMITED, REONOMY_UNAUTHORIZED, reonomyRefusal, reonomyRefusals } from './answers.ts';

/** An address is one line; a longer body cannot be one. */
const BODY_LIMIT_BYTES = 65_536;

export const resolveProperty: ProtectedOperation = {
  permission: 'resolve properties',
  method: 'POST',
  path: '/resolve/property',
  bodyLimit: BODY_LIMIT_BYTES,
  unknownQuery: 'refused',
  document: {
    operationId: 'resolveProperty',
    tag: 'Properties',
    summary: 'Resolve Property',
    description:
      'The property at one address or point: what a `match` job answers for a row, at once and with its evidence. Send either the ' +
      'address fields or both coordinates. Costs no quota. docs/match.md says how it is decided.',
    body: {
      contentTypes: ['application/json'],
      schema: resolveRequestSchema,
    },
    responses: {
      200: {
        description: 'The answer, also where no property was found',
        schema: resolutionSchema,
      },
      400: reonomyRefusals('The request was malformed.', [
        ['invalid_parameter', 'unknown field adress_city (nearest: address_city)'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
      429: REONOMY_RATE_LIMITED,
      503: reonomyRefusal(
        'Not now',
        'unavailable',
        'The server has no data yet; try again once its operator has loaded some',
      ),
    },
  },
  async answer({ deps }, { request, caller }) {
    return resolutionFields(await resolve(deps, caller, parseResolveRequest(request.body)));
  },
};
