/** What to tell a client whose form cannot be read, or holds no file: a library composed it, so the message shows what arrived. */
import { ConveyanceError } from '../../core/errors.ts';
import { parseParameters } from './parameters.ts';
import type { PartHeaders } from './part-headers.ts';

export interface SeenPart extends Pick<PartHeaders, 'name' | 'filename' | 'contentType'> {
  readonly bytes: number;
}

const MAX_SHOWN_PARTS = 20;
const MAX_SHOWN_LENGTH = 60;
/** RFC 2046 §5.1.1, and not the space at its end. The further characters are those that a quoted string may hold. */
const BOUNDARY = /^[\x20-\x7e]{0,69}[\x21-\x7e]$/;
const ADVICE =
  "Send multipart/form-data with the file in a part named 'file' and let the client library set Content-Type, as in: " +
  'curl -F job_type=property-details -F file=@details.json';

function missing(fault: string): ConveyanceError {
  return new ConveyanceError('file_part_missing', `${fault}. ${ADVICE}`);
}

function shown(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?');
  return printable.length > MAX_SHOWN_LENGTH ? `${printable.slice(0, MAX_SHOWN_LENGTH)}…` : printable;
}

/** The boundary that the request's Content-Type announces. Throws `file_part_missing` if the request is not a form. */
export function formBoundary(contentType: string | undefined): string {
  if (contentType === undefined) throw missing('the request has no Content-Type');
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'multipart/form-data')
    throw missing(`the request is ${shown(type || 'of no type')}, which holds no files`);
  const boundary = parseParameters(contentType, 'Content-Type').parameters.get('boundary');
  if (boundary === undefined) throw missing('the Content-Type multipart/form-data of the request has no boundary');
  if (!BOUNDARY.test(boundary)) {
    throw new ConveyanceError(
      'invalid_parameter',
      `the boundary in Content-Type must be 1 to 70 printable ASCII characters, the last no space: ${JSON.stringify(shown(boundary))}`,
    );
  }
  return boundary;
}

function describePart({ name, filename, contentType, bytes }: SeenPart): string {
  const kind = filename === null ? 'field' : `file '${shown(filename)}'`;
  const type = contentType === null ? '' : `, ${shown(contentType)}`;
  return `${shown(name)} (${kind}${type}, ${bytes} bytes)`;
}

/** The error for a form in which there is no file to work with. */
export function describeParts(parts: readonly SeenPart[]): ConveyanceError {
  const more = parts.length > MAX_SHOWN_PARTS ? [`${parts.length - MAX_SHOWN_PARTS} more`] : [];
  const list = [...parts.slice(0, MAX_SHOWN_PARTS).map(describePart), ...more].join(', ');
  const isEmpty = parts.some(({ name }) => name === 'file');
  const expected = isEmpty ? "the part named 'file' is empty" : "expected a part named 'file'";
  return missing(`${expected}; got: ${list === '' ? 'no parts' : list}`);
}
