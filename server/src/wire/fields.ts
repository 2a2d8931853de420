/** What the messages of both contracts are made of: whole numbers and texts, with what the documents say about them, and the ids of jobs. */
import { z } from 'zod';
import { isStorable } from '../core/input/storable-text.ts';

type Meta = Readonly<Record<string, unknown>>;

/** A number from 0 as a query string has it; longer ones are beyond every limit. */
export const WHOLE_NUMBER = /^[0-9]{1,9}$/;

export const EXAMPLE_JOB_ID = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';

export function integer(meta: Meta = {}) {
  return z.int().meta(meta);
}

export function text(meta: Meta = {}) {
  return z.string().meta(meta);
}

/** A name that people give. */
export function nameField(longest: number, description: string) {
  const rule = `must be a text of 1 to ${longest} characters`;
  return z
    .string({ error: rule })
    .trim()
    .min(1, rule)
    .max(longest, rule)
    .refine(isStorable, rule)
    .meta({ description, minLength: 1, maxLength: longest });
}

/** What a list that is checked as a whole has as its elements, for the documents. */
interface ListMeta extends Meta {
  readonly items: { readonly type: 'integer' | 'string' };
}

/**
 * A list of which `check` tells the fault, or null. Zod would make a schema call for each element and an issue for each fault: of a
 * million ids that takes seconds.
 */
export function checkedList<List>(check: (value: unknown) => string | null, meta: ListMeta) {
  const options = { error: ({ input }: { readonly input?: unknown }) => check(input) ?? undefined };
  // On the very schema, as zod prints nothing else of it: `meta` would make a copy.
  return z
    .custom<List>((value) => check(value) === null, options)
    .register(z.globalRegistry, { type: 'array', ...meta });
}

/** The path parameter of all routes of one job. */
export function jobIdParams(description: string) {
  return z.object({ job_id: text({ format: 'uuid', description, examples: [EXAMPLE_JOB_ID] }) });
}
