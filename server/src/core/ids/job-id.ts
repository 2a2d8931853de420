import { ConveyanceError } from '../errors.ts';

const UUID_FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID_FORM.test(text);
}

/** A job's id as a path gives it, in lower case. Throws `invalid_parameter` if it is not a UUID. */
export function parseJobId(text: string): string {
  if (!isUuid(text)) throw new ConveyanceError('invalid_parameter', 'job_id must be a valid UUID');
  return text.toLowerCase();
}
