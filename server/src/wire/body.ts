/** Bodies that are small, and read as they are declared: what is not declared is refused, as leaving it out could do more than was asked. */
import type { z } from 'zod';
import { ConveyanceError, refuseFaults } from '../core/errors.ts';
import { isObject } from '../core/input/objects.ts';
import { unknownNames } from '../core/input/unknown-fields.ts';

/** The body as the schema has it. Throws `invalid_parameter` with every fault, unknown fields among them. */
export function readBody<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  body: unknown,
): z.infer<z.ZodObject<Shape>> {
  if (!isObject(body)) throw new ConveyanceError('invalid_parameter', 'request body must be a JSON object');
  const known = Object.keys(schema.shape);
  const faults = [...unknownNames(Object.keys(body), { of: 'the body', kind: 'field', known })];
  const read = schema.safeParse(body);
  if (!read.success) faults.push(...read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
  refuseFaults(faults);
  if (read.success) return read.data;
  throw new ConveyanceError('invalid_parameter', 'the body is not what the call takes');
}
