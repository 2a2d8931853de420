/** The headers of one part of a form (RFC 7578 §4, RFC 2183, RFC 5322 for their lines). */
import { ConveyanceError } from '../../core/errors.ts';
import { decodeExtended, decodeText, parseParameters } from './parameters.ts';

export interface PartHeaders {
  readonly name: string;
  /** The last segment of the path; null if none was given, '' if it is empty. */
  readonly filename: string | null;
  /** In lower case, without its parameters. */
  readonly contentType: string | null;
  readonly charset: string | null;
  /** In lower case. */
  readonly transferEncoding: string;
}

/** Shown to people; longer ones are cut. */
const MAX_FILENAME_LENGTH = 255;
/** The text before the colon. */
const NAME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*$/;
/** A line that begins with white space belongs to the one before (RFC 5322 §2.2.3). */
const FOLD = /\r\n(?=[ \t])/g;

function refuse(message: string): never {
  throw new ConveyanceError('invalid_parameter', message);
}

/** Without the blanks and tabs around it, in one pass: as one expression (`[ \t]*(.*?)[ \t]*$`), 1.6 MB of blanks took 9.5 s. */
function trimBlanks(text: string): string {
  const isBlank = (at: number) => text[at] === ' ' || text[at] === '\t';
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return text.slice(start, end);
}

/** Null if the line is not a header. */
function parseField(line: string): { readonly name: string; readonly value: string } | null {
  const colon = line.indexOf(':');
  if (colon < 0 || /[\r\n\0]/.test(line)) return null;
  const [, name] = NAME.exec(line.slice(0, colon)) ?? [];
  return name === undefined ? null : { name, value: trimBlanks(line.slice(colon + 1)) };
}

function parseFields(text: string, place: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.replace(FOLD, '').split('\r\n')) {
    if (line === '') continue;
    const field = parseField(line);
    if (field === null) {
      refuse(`${place} of the form has a header line that is none: ${JSON.stringify(line.slice(0, 60))}`);
    }
    const { name, value } = field;
    const key = name.toLowerCase();
    if (fields.has(key)) refuse(`${place} of the form has the header ${name} twice`);
    fields.set(key, value);
  }
  return fields;
}

function baseName(path: string): string {
  return (path.split(/[/\\]/).at(-1) ?? '').slice(0, MAX_FILENAME_LENGTH);
}

/** `number` counts the parts from 1, for messages. */
export function parsePartHeaders(block: Uint8Array, number: number): PartHeaders {
  const place = `part ${number}`;
  // RFC 7578 §5.1: in practice UTF-8. Older clients write Latin-1.
  const text = decodeText(block, 'utf-8') ?? Buffer.from(block).toString('latin1');
  const fields = parseFields(text, place);
  const disposition = fields.get('content-disposition');
  if (disposition === undefined) refuse(`${place} of the form has no Content-Disposition header`);
  const { value, parameters } = parseParameters(disposition, 'Content-Disposition');
  if (value !== 'form-data') refuse(`${place} of the form has Content-Disposition ${value}; it must be form-data`);
  const extended = (name: string) => decodeExtended(parameters.get(`${name}*`) ?? '') ?? parameters.get(name);
  const name = extended('name');
  if (name === undefined) refuse(`${place} of the form has no name in its Content-Disposition header`);
  const filename = extended('filename');
  const type = parseParameters(fields.get('content-type') ?? '', 'Content-Type');
  return {
    name,
    filename: filename === undefined ? null : baseName(filename),
    contentType: type.value || null,
    charset: type.parameters.get('charset') ?? null,
    transferEncoding: fields.get('content-transfer-encoding')?.toLowerCase() ?? 'binary',
  };
}
