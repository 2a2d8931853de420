/** A JSON body with something hostile in each of its places. */
import type { z } from 'zod';
import { toJSONSchema } from 'zod';
import { JSON_VALUES } from './hostile-values.ts';

type Path = readonly (string | number)[];

/** Stands where a value is put as JSON text. */
const HERE = 'a hostile value';
/** Deep enough for every request of ours. */
const DEEPEST = 4;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The places of a body that is as it should be: of a list the first. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : [[...path, 0], ...placesIn(value[0], [...path, 0])];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [[...path, name], ...placesIn(inner, [...path, name])]);
}

/** The places that a schema names. */
function placesOf(schema: unknown, definitions: unknown, path: Path = []): Path[] {
  if (!isRecord(schema) || path.length > DEEPEST) return [];
  const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
  if (name !== undefined && isRecord(definitions)) return placesOf(definitions[name], definitions, path);
  const fields = isRecord(schema['properties']) ? Object.entries(schema['properties']) : [];
  const either = Array.isArray(schema['anyOf']) ? schema['anyOf'] : [];
  return [
    ...fields.flatMap(([field, inner]) => [[...path, field], ...placesOf(inner, definitions, [...path, field])]),
    ...placesOf(schema['items'], definitions, [...path, 0]),
    ...either.flatMap((inner) => placesOf(inner, definitions, path)),
  ];
}

/** The value with another at the place, and what leads there. */
function withValue(value: unknown, [step, ...rest]: Path, put: unknown): unknown {
  if (step === undefined) return put;
  if (typeof step === 'number') {
    const list: unknown[] = Array.isArray(value) ? [...value] : [];
    list[step] = withValue(list[step], rest, put);
    return list;
  }
  return { ...(isRecord(value) && value), [step]: withValue(isRecord(value) ? value[step] : undefined, rest, put) };
}

/** Every place of a good body and of its schema, each with every hostile value. A name no body has is among the places. */
export function* hostileJson(good: unknown, schema: z.ZodType | undefined): Generator<string, void, undefined> {
  const declared = schema && toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const places = [['no_such_field'], ...placesIn(good), ...placesOf(declared, declared?.['$defs'])];
  const distinct = new Map(places.map((path) => [path.join('\u0000'), path]));
  for (const path of distinct.values()) {
    const [before = '', after = ''] = JSON.stringify(withValue(good, path, HERE)).split(JSON.stringify(HERE));
    for (const value of JSON_VALUES) yield before + value + after;
  }
}
