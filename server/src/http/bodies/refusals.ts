/** What is told of a body that is not read. */
import { ConveyanceError } from '../../core/errors.ts';

export const BODY_TOO_LARGE = new ConveyanceError(
  'payload_too_large',
  'The request body is larger than this call reads',
);
export const BODY_LENGTH_DIFFERS = new ConveyanceError(
  'invalid_parameter',
  'The request body is not as long as Content-Length says',
);

const SHOWN_HEADER_CHARACTERS = 60;

/** A header may hold any bytes. */
export function shownText(header: string): string {
  const text = header.trim().replace(/[^\x20-\x7e]/g, '?');
  return text.length > SHOWN_HEADER_CHARACTERS ? `${text.slice(0, SHOWN_HEADER_CHARACTERS)}…` : text;
}

/** @param taken the types of the call's bodies; none: it takes no body. */
export function unsupportedType(
  contentType: string | undefined,
  taken: readonly string[],
  cause?: unknown,
): ConveyanceError {
  // Without its parameters.
  const came = shownText((contentType ?? '').split(';', 1)[0] ?? '');
  const fault = came === '' ? 'the body has no Content-Type' : `the Content-Type is ${came}`;
  const taking = taken.length === 0 ? 'no body' : taken.join(' or ');
  return new ConveyanceError('unsupported_media_type', `${fault}; this call takes ${taking}`, { cause });
}
