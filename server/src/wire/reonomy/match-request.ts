/** What the `metadata` of a match job says about its file. */

import { refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import {
  ADDRESS_PARAMETERS,
  COORDINATE_PARAMETERS,
  MATCH_PARAMETERS,
  type MatchParameter,
  type MatchRequest,
  type MatchSpec,
} from '../../core/file-job-spec.ts';
import { likelyHint } from '../../core/input/nearest.ts';
import { type Fields, isObject } from '../../core/input/objects.ts';
import { isStorable } from '../../core/input/storable-text.ts';
import { type KnownNames, misspeltNames, unknownNames } from '../../core/input/unknown-fields.ts';

type Mapping = Pick<MatchSpec, 'mode' | 'mapping'>;

const METADATA: KnownNames = { of: 'metadata', kind: 'field', known: ['headers', 'mapping', 'explain'] };
const MAPPING: KnownNames = {
  of: 'metadata.mapping',
  kind: 'parameter',
  known: MATCH_PARAMETERS,
};
/** What a match and a resolved address need, in the words of their messages. */
export const EITHER = `${ADDRESS_PARAMETERS.join(', ')}, or ${COORDINATE_PARAMETERS.join(' and ')}`;

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
}

const QUOTED = /^"((?:[^"]|"")*)"$/;

/** Without spaces around it. Behind a space, quotes are part of the cell: ` "City"`. */
function plainName(column: string): string {
  const name = column.trim();
  const [, quoted] = QUOTED.exec(name) ?? [];
  return quoted === undefined ? name : quoted.replaceAll('""', '"').trim();
}

/** The names of the file's columns decide: other `headers` mean another file. */
function checkHeaders(headers: unknown, columns: readonly string[], faults: Fault[]): void {
  if (!isTexts(headers)) {
    faults.push('metadata.headers is required: an array with the names of all columns of the file, in order');
    return;
  }
  const unstorable = columns.findIndex((column) => !isStorable(column));
  if (unstorable >= 0)
    faults.push(`line 1: the name of column ${unstorable + 1} has a NUL character; save the file as CSV in UTF-8`);
  const at = columns.findIndex((column, index) => {
    const header = headers[index];
    return header === undefined || plainName(header) !== plainName(column);
  });
  const named = at >= 0 ? at : columns.length;
  if (at < 0 && headers.length === columns.length) return;
  const [meant, there] = [headers[named], columns[named]].map((name) =>
    name === undefined ? 'nothing' : JSON.stringify(name),
  );
  faults.push(`metadata.headers has ${meant} as column ${named + 1} where the file has ${there}`);
}

/** The file's own name for the column: with the spaces around it that are easily left out, or in quotes that they keep from being any. */
function findColumn(parameter: string, column: string, columns: readonly string[], faults: Fault[]): string {
  const exact = columns.filter((each) => each === column);
  const found = exact.length > 0 ? exact : columns.filter((each) => plainName(each) === plainName(column));
  const names = `metadata.mapping.${parameter} names column ${JSON.stringify(column)}`;
  if (found.length === 0) faults.push(() => `${names}, which the file does not have${likelyHint(column, columns)}`);
  if (found.length > 1)
    faults.push(`${names}, which the file has ${found.length} times; give the columns names of their own`);
  return found[0] ?? column;
}

/** Number and street, and what may stand between and behind them. */
const MOST_JOINED = 8;
/** Only a street's line is written in parts that belong together in this order. */
const JOINED: MatchParameter = 'address_line_1';

function readColumns(
  parameter: MatchParameter,
  value: unknown,
  columns: readonly string[],
  faults: Fault[],
): string | readonly string[] | null {
  if (typeof value === 'string') return findColumn(parameter, value, columns, faults);
  if (parameter === JOINED && isTexts(value) && value.length <= MOST_JOINED) {
    return value.map((column) => findColumn(parameter, column, columns, faults));
  }
  const orSeveral = parameter === JOINED ? `, or an array of 1 to ${MOST_JOINED} names whose cells are joined` : '';
  faults.push(`metadata.mapping.${parameter} must be the name of a column${orSeveral}`);
  return null;
}

function readMapping(value: unknown, columns: readonly string[], faults: Fault[]): Mapping {
  const mapping: Partial<Record<MatchParameter, string | readonly string[]>> = {};
  if (!isObject(value)) {
    faults.push(`metadata.mapping is required: an object with the columns for ${EITHER}`);
    return { mode: 'address', mapping };
  }
  const unknown = unknownNames(Object.keys(value), MAPPING);
  for (const fault of unknown) faults.push(fault);
  const isPoint = COORDINATE_PARAMETERS.some((parameter) => parameter in value);
  const isAddress = ADDRESS_PARAMETERS.some((parameter) => parameter in value);
  if (isPoint === isAddress) {
    if (isPoint || unknown.length === 0) faults.push(`metadata.mapping must have either ${EITHER}`);
    return { mode: 'address', mapping };
  }
  for (const parameter of isPoint ? COORDINATE_PARAMETERS : ADDRESS_PARAMETERS) {
    if (value[parameter] === undefined) faults.push(`metadata.mapping lacks ${parameter}`);
    const named = value[parameter] === undefined ? null : readColumns(parameter, value[parameter], columns, faults);
    if (named !== null) mapping[parameter] = named;
  }
  return { mode: isPoint ? 'coordinates' : 'address', mapping };
}

/**
 * Checks the metadata against the file's own header. Throws `invalid_parameter` with every fault, each naming its column. An unknown
 * field is ignored, unless a known one was meant.
 */
export function parseMatchRequest(metadata: Fields, columns: readonly string[]): MatchRequest {
  const faults: Fault[] = [...misspeltNames(Object.keys(metadata), METADATA)];
  checkHeaders(metadata['headers'], columns, faults);
  const mapping = readMapping(metadata['mapping'], columns, faults);
  const explain = metadata['explain'] ?? false;
  if (typeof explain !== 'boolean') faults.push('metadata.explain must be true or false');
  refuseFaults(faults);
  return { ...mapping, headers: columns, explain: explain === true };
}
