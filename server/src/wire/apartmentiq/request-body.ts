/** Reads the JSON body of a request against its fields, and reports every fault together. */

import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';
import { MOST_FAULTS_SHOWN, wordsOf } from '../../core/faults.ts';
import { toStorable } from '../../core/input/storable-text.ts';
import { unknownNames } from '../../core/input/unknown-fields.ts';

const NO_OBJECT = 'request body must be a JSON object';

/** What a fault's sentence leaves out, as the contract has it: it stays the message. */
type ExplainFault = (fault: string, body: unknown) => string;

function refuse(faults: readonly string[], body: unknown, explain: ExplainFault): never {
  const errors = faults.map((fault) => explain(fault, body));
  throw new ConveyanceError('invalid_parameter', faults[0] ?? NO_OBJECT, { errors });
}

/** Null is as good as absent: that is how a BatchJob shows what was not asked for. */
function givenFields(body: object, names: readonly string[]): Readonly<Record<string, unknown>> {
  const own = names.filter((name) => Object.hasOwn(body, name));
  const given = own.map((name): [string, unknown] => [name, Reflect.get(body, name)]);
  return Object.fromEntries(given.filter(([, value]) => value !== null));
}

/** Clients of the vendor send it with every call, in the query or in the body; it is judged before the request is. */
export const ACCOUNT_PARAMETER = 'account_id';

/** A sentence for each field that nobody reads, with the nearest that is read: a misspelt one would be left out in silence. */
export function ignoredFields(body: unknown, known: readonly string[]): readonly string[] {
  if (typeof body !== 'object' || body === null) return [];
  const ignored = unknownNames(Object.keys(body), {
    of: 'the request body',
    kind: 'field',
    known: [...known, ACCOUNT_PARAMETER],
  });
  const shown = ignored.slice(0, MOST_FAULTS_SHOWN).map((fault) => toStorable(`${wordsOf(fault)}; it was ignored`));
  const more = ignored.length - shown.length;
  return more === 0
    ? shown
    : [...shown, `and ${more} more unknown ${more === 1 ? 'field was' : 'fields were'} ignored`];
}

/**
 * Reads the fields of a body, unknown ones ignored. Throws `invalid_parameter` with every fault, in the order of the fields.
 * `combinedFaults` finds, by field, what several fields say together; a field's own fault takes precedence.
 */
export function parseFields<Shape extends z.ZodRawShape>(
  body: unknown,
  shape: Shape,
  combinedFaults: (body: object) => ReadonlyMap<string, string>,
  explain: ExplainFault = (fault) => fault,
): z.output<z.ZodObject<Shape>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) refuse([NO_OBJECT], body, explain);
  const parsed = z.object(shape).safeParse(givenFields(body, Object.keys(shape)));
  const byField = new Map<PropertyKey, string>(combinedFaults(body));
  for (const { path, message } of parsed.error?.issues ?? []) byField.set(path[0] ?? '', message);
  if (!parsed.success || byField.size > 0) {
    const faults = Object.keys(shape).flatMap((field) => byField.get(field) ?? []);
    refuse(faults, body, explain);
  }
  return parsed.data;
}
