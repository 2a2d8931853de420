/** What the messages of both contracts are made of: whole numbers and texts, with what the documents say of them, and the ids of jobs. */
import { z } from 'zod';

type Meta = Readonly<Record<string, unknown>>;

export const EXAMPLE_JOB_ID = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';

export function integer(meta: Meta = {}) {
  return z.int().meta(meta);
}

export function text(meta: Meta = {}) {
  return z.string().meta(meta);
}

/** The path parameter of whatever is asked of one job. */
export function jobIdParams(description: string) {
  return z.object({ job_id: text({ format: 'uuid', description, examples: [EXAMPLE_JOB_ID] }) });
}
