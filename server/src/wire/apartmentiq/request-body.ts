/** Reads the JSON body of a request against its fields, and reports every fault together. */
import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';

const NO_OBJECT = 'request body must be a JSON object';

function refuse(errors: readonly string[]): never {
  throw new ConveyanceError('invalid_parameter', errors[0] ?? NO_OBJECT, { errors });
}

/** Null is as good as absent: that is how a BatchJob shows what was not asked for. */
function givenFields(body: object, names: readonly string[]): Readonly<Record<string, unknown>> {
  const own = names.filter((name) => Object.hasOwn(body, name));
  const given = own.map((name): [string, unknown] => [name, Reflect.get(body, name)]);
  return Object.fromEntries(given.filter(([, value]) => value !== null));
}

/**
 * Reads the fields of a body, unknown ones ignored. Throws `invalid_parameter` with every fault, in the order of the fields.
 * `combinedFaults` finds, by field, what several fields say together; a field's own fault takes precedence.
 */
export function parseFields<Shape extends z.ZodRawShape>(
  body: unknown,
  shape: Shape,
  combinedFaults: (body: object) => ReadonlyMap<string, string>,
): z.output<z.ZodObject<Shape>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) refuse([NO_OBJECT]);
  const parsed = z.object(shape).safeParse(givenFields(body, Object.keys(shape)));
  const byField = new Map<PropertyKey, string>(combinedFaults(body));
  for (const { path, message } of parsed.error?.issues ?? []) byField.set(path[0] ?? '', message);
  if (!parsed.success || byField.size > 0) refuse(Object.keys(shape).flatMap((field) => byField.get(field) ?? []));
  return parsed.data;
}
