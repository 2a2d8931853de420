/** Header values with parameters: `form-data; name="file"; filename="rows.csv"`. */
import { ConveyanceError } from '../../core/errors.ts';

export interface ParameterValue {
  /** The text before the first semicolon, in lower case. */
  readonly value: string;
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A token, read generously: clients leave boundaries with `=`, `/` or `:` unquoted, which RFC 2045 does not allow. */
const PARAMETER = /\s*;\s*(?:([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+)))?/sy;
/** Only these two: a Windows path has backslashes that escape nothing. */
const ESCAPED = /\\(["\\])/g;

/** Throws `invalid_parameter` for text that does not follow the grammar, naming it `header`. */
export function parseParameters(text: string, header: string): ParameterValue {
  const end = text.indexOf(';');
  const value = (end < 0 ? text : text.slice(0, end)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  // Once: in a loop over thousands of semicolons, trailing blanks would be read again for each.
  const { length } = text.trimEnd();
  PARAMETER.lastIndex = end < 0 ? text.length : end;
  while (PARAMETER.lastIndex < length) {
    const from = PARAMETER.lastIndex;
    const match = PARAMETER.exec(text);
    const name = match?.[1]?.toLowerCase();
    if (match === null || (name !== undefined && parameters.has(name))) {
      const fault = match === null ? 'is not readable from' : 'repeats a parameter in';
      const rest = JSON.stringify(text.slice(from, from + 60).trim());
      throw new ConveyanceError('invalid_parameter', `the header ${header} of the form ${fault} ${rest}`);
    }
    if (name !== undefined) parameters.set(name, match[2]?.replace(ESCAPED, '$1') ?? match[3] ?? '');
  }
  return { value, parameters };
}

const EXTENDED = /^([^']+)'[^']*'((?:%[0-9a-f]{2}|[^%])*)$/i;

/** A value of RFC 8187 (`UTF-8''r%C3%A9sum%C3%A9.csv`); null if it is not one, or in an unknown charset. */
export function decodeExtended(text: string): string | null {
  const [, charset, encoded] = EXTENDED.exec(text) ?? [];
  if (charset === undefined || encoded === undefined) return null;
  const bytes = Buffer.from(
    encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  return decodeText(bytes, charset);
}

/** The text, without a byte order mark; null if the bytes are not in that charset, or it is unknown. */
export function decodeText(bytes: Uint8Array, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}
