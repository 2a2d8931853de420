/** `POST /resolve/property`: one address or point to its property, at once. */
import { z } from 'zod';
import { resolveProperty as resolve } from '../../../properties/resolve-property.ts';
import { text } from '../../../wire/fields.ts';
import type { ProtectedOperation } from '../../server/operation.ts';
import {
  REONOMY_RATE_LIMITED,
  REONOMY_UNAUTHORIZED,
  reonomyForbidden,
  reonomyRefusal,
  reonomyRefusals,
} from './answers.ts';

/** An address is a line; a longer body is none. */
const BODY_LIMIT_BYTES = 65_536;

const uuid = text({ format: 'uuid' });

export const resolveProperty: ProtectedOperation = {
  scope: 'data:read',
  method: 'POST',
  path: '/resolve/property',
  bodyLimit: BODY_LIMIT_BYTES,
  document: {
    operationId: 'resolveProperty',
    tag: 'Properties',
    summary: 'Resolve Property',
    description:
      'The property at one address or point: what a `match` job answers for a row, at once and with its evidence. Send either the ' +
      'address fields or both coordinates. Costs no quota. docs/match.md says how it is decided.',
    body: {
      contentTypes: ['application/json'],
      schema: z.object({
        address_line_1: text({ description: 'House number and street.', example: '20 W 34th St' }).optional(),
        address_city: text({ example: 'New York' }).optional(),
        address_state: text({ example: 'NY' }).optional(),
        address_postal: text({ description: 'ZIP code, as text.', example: '10001' }).optional(),
        latitude: z.number().meta({ description: 'Degrees, -90 to 90.' }).optional(),
        longitude: z.number().meta({ description: 'Degrees, -180 to 180.' }).optional(),
      }),
    },
    responses: {
      200: {
        description: 'The answer, also where no property was found',
        schema: z.object({
          reonomy_id: uuid.nullable(),
          status: z.enum(['OK', 'PARTIAL', 'MISS']),
          miss_reason: z.enum(['SFR', 'Condo Property (SFR)', 'MISSING', 'Unrecognized address']).nullable(),
          match_confidence: z.number().meta({
            description:
              'How often such an answer is right, 0 to 1; of a point how near it is, 1 to 0.5 at the radius.',
          }),
          match_codes: z
            .array(z.string())
            .meta({ description: 'What differs from the matched address; docs/match-codes.md lists them.' }),
          matched_address: text().nullable(),
          candidates: z.array(uuid).meta({ description: 'The properties that tied, best first; at most ten.' }),
        }),
      },
      400: reonomyRefusals('The request was malformed.', [
        ['invalid_parameter', 'unknown field adress_city (nearest: address_city)'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
      403: reonomyForbidden('You do not have permission to resolve properties'),
      429: REONOMY_RATE_LIMITED,
      503: reonomyRefusal(
        'Not now',
        'unavailable',
        'The server has no data yet; try again once its operator has loaded some',
      ),
    },
  },
  answer: ({ deps }, { request, caller }) => resolve(deps, caller, request.body),
};
