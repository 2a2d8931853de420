/** One address or one point to be resolved: the request, and the answer. */
import { z } from 'zod';
import { ConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import {
  ADDRESS_PARAMETERS,
  COORDINATE_PARAMETERS,
  MATCH_PARAMETERS,
  MATCH_STATUSES,
  type MatchParameter,
  MISS_REASONS,
  type Resolution,
  type ResolveRequest,
} from '../../core/file-job-spec.ts';
import { likelyHint } from '../../core/input/nearest.ts';
import { type Fields, isObject } from '../../core/input/objects.ts';
import { text } from '../fields.ts';
import { EITHER } from './match-request.ts';

export const resolveRequestSchema = z.object({
  address_line_1: text({ description: 'House number and street.', example: '20 W 34th St' }).optional(),
  address_city: text({ example: 'New York' }).optional(),
  address_state: text({ example: 'NY' }).optional(),
  address_postal: text({ description: 'ZIP code, as text.', example: '10001' }).optional(),
  latitude: z.number().meta({ description: 'Degrees, -90 to 90.' }).optional(),
  longitude: z.number().meta({ description: 'Degrees, -180 to 180.' }).optional(),
});

const uuid = text({ format: 'uuid' });

export const resolutionSchema = z.object({
  reonomy_id: uuid.nullable(),
  status: z.enum(MATCH_STATUSES),
  miss_reason: z.enum(MISS_REASONS).nullable(),
  match_confidence: z.number().meta({
    description: 'How often such an answer is right, 0 to 1; of a point how near it is, 1 to 0.5 at the radius.',
  }),
  match_codes: z
    .array(z.string())
    .meta({ description: 'What differs from the matched address; docs/match-codes.md lists them.' }),
  matched_address: text().nullable(),
  candidates: z.array(uuid).meta({ description: 'The properties that tied, best first; at most ten.' }),
});

const PARAMETERS: readonly string[] = MATCH_PARAMETERS;
const MOST_DEGREES: Readonly<Record<(typeof COORDINATE_PARAMETERS)[number], number>> = {
  latitude: 90,
  longitude: 180,
};
/** About a tenth of a millimetre; no number in this form has an exponent. */
const DECIMALS = 9;

function addressCells(fields: Fields, faults: Fault[]): ResolveRequest['cells'] {
  const cells: Partial<Record<MatchParameter, string>> = {};
  for (const parameter of ADDRESS_PARAMETERS) {
    // An unknown part is an empty cell in a file, and null or absent here.
    const value = fields[parameter] ?? '';
    if (typeof value === 'string') cells[parameter] = value;
    else faults.push(`${parameter} must be text`);
  }
  if (cells.address_line_1 === '') faults.push('address_line_1 is required: house number and street');
  return cells;
}

function pointCells(fields: Fields, faults: Fault[]): ResolveRequest['cells'] {
  const cells: Partial<Record<MatchParameter, string>> = {};
  for (const parameter of COORDINATE_PARAMETERS) {
    const value = fields[parameter];
    const most = MOST_DEGREES[parameter];
    if (typeof value === 'number' && Math.abs(value) <= most) cells[parameter] = value.toFixed(DECIMALS);
    else if (value === undefined) faults.push(`${parameter} is required beside the other coordinate`);
    else faults.push(`${parameter} must be a number between -${most} and ${most}`);
  }
  return cells;
}

/** Throws `invalid_parameter` with every fault, naming for an unknown field the known one that is near. */
export function parseResolveRequest(body: unknown): ResolveRequest {
  if (!isObject(body)) {
    throw new ConveyanceError('invalid_parameter', `the request must be a JSON object with ${EITHER}`);
  }
  const faults: Fault[] = Object.keys(body)
    .filter((field) => !PARAMETERS.includes(field))
    .map((field) => () => `unknown field ${field}${likelyHint(field, PARAMETERS)}`);
  const isPoint = COORDINATE_PARAMETERS.some((parameter) => parameter in body);
  const isAddress = ADDRESS_PARAMETERS.some((parameter) => parameter in body);
  if (isPoint === isAddress && (isPoint || faults.length === 0)) faults.push(`give either ${EITHER}`);
  const read = isPoint ? pointCells : addressCells;
  const cells = isPoint === isAddress ? {} : read(body, faults);
  refuseFaults(faults);
  return { mode: isPoint ? 'coordinates' : 'address', cells };
}

export function resolutionFields(resolution: Resolution): z.infer<typeof resolutionSchema> {
  return {
    reonomy_id: resolution.propertyId,
    status: resolution.status,
    miss_reason: resolution.missReason,
    match_confidence: resolution.confidence,
    match_codes: [...resolution.codes],
    matched_address: resolution.matchedAddress,
    candidates: [...resolution.candidates],
  };
}
