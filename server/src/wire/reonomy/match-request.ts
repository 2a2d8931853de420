/** What the `metadata` of a match job says about its file. */

import { refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import {
  ADDRESS_PARAMETERS,
  COORDINATE_PARAMETERS,
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
  known: [...ADDRESS_PARAMETERS, ...COORDINATE_PARAMETERS],
};
const EITHER = `${ADDRESS_PARAMETERS.join(', ')}, or ${COORDINATE_PARAMETERS.join(' and ')}`;

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
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
  const at = columns.findIndex((column, index) => headers[index]?.trim() !== column.trim());
  const named = at >= 0 ? at : columns.length;
  if (at < 0 && headers.length === columns.length) return;
  const [meant, there] = [headers[named], columns[named]].map((name) =>
    name === undefined ? 'nothing' : JSON.stringify(name),
  );
  faults.push(`metadata.headers has ${meant} as column ${named + 1} where the file has ${there}`);
}

function checkColumn(parameter: string, column: unknown, columns: readonly string[], faults: Fault[]): void {
  if (typeof column !== 'string') {
    faults.push(`metadata.mapping.${parameter} must be the name of a column`);
    return;
  }
  const found = columns.filter((each) => each === column).length;
  const names = `metadata.mapping.${parameter} names column ${JSON.stringify(column)}`;
  if (found === 0) faults.push(() => `${names}, which the file does not have${likelyHint(column, columns)}`);
  if (found > 1) faults.push(`${names}, which the file has ${found} times; give the columns names of their own`);
}

function readMapping(value: unknown, columns: readonly string[], faults: Fault[]): Mapping {
  const mapping: Partial<Record<MatchParameter, string>> = {};
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
    const column = value[parameter];
    if (column === undefined) faults.push(`metadata.mapping lacks ${parameter}`);
    else checkColumn(parameter, column, columns, faults);
    if (typeof column === 'string') mapping[parameter] = column;
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
