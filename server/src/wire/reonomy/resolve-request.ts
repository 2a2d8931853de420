/** One address or one point, as it is sent to be resolved. */

import { ConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import {
  ADDRESS_PARAMETERS,
  COORDINATE_PARAMETERS,
  type MatchParameter,
  type MatchSpec,
} from '../../core/file-job-spec.ts';
import { likelyHint } from '../../core/input/nearest.ts';
import { type Fields, isObject } from '../../core/input/objects.ts';

export interface ResolveRequest {
  readonly mode: MatchSpec['mode'];
  /** As the cells of a file's row would be. */
  readonly cells: Readonly<Partial<Record<MatchParameter, string>>>;
}

const PARAMETERS: readonly string[] = [...ADDRESS_PARAMETERS, ...COORDINATE_PARAMETERS];
const EITHER = `${ADDRESS_PARAMETERS.join(', ')}, or ${COORDINATE_PARAMETERS.join(' and ')}`;
const MOST_DEGREES: Readonly<Record<(typeof COORDINATE_PARAMETERS)[number], number>> = {
  latitude: 90,
  longitude: 180,
};
/** About a tenth of a millimetre; and no number in this form has an exponent. */
const DECIMALS = 9;

function addressCells(fields: Fields, faults: Fault[]): ResolveRequest['cells'] {
  const cells: Partial<Record<MatchParameter, string>> = {};
  for (const parameter of ADDRESS_PARAMETERS) {
    // What is not known is an empty cell in a file, and null or nothing here.
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
