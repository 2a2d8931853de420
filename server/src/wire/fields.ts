/** The fields of messages that both contracts have: whole numbers and texts, with what the documents say of them. */
import { z } from 'zod';

type Meta = Readonly<Record<string, unknown>>;

export function integer(meta: Meta = {}) {
  return z.int().meta(meta);
}

export function text(meta: Meta = {}) {
  return z.string().meta(meta);
}
