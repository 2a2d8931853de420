/** The kinds of values that a setting can have, as texts of the environment. An optional one that is not set is undefined. */
import { z } from 'zod';

export function optionalNumber(lowest: number, highest: number) {
  const message = `must be a whole number from ${lowest} to ${highest}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((number) => number >= lowest && number <= highest, message)
    .optional();
}

export function wholeNumber(lowest: number, highest: number, preset: number) {
  return optionalNumber(lowest, highest).transform((number) => number ?? preset);
}

export const optionalText = z.string().min(1).optional();
export const optionalUrl = z.url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' }).optional();
/** DuckDB's spelling of a size. */
export const size = z
  .string()
  .regex(/^\d+(\.\d+)?\s*(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/i, 'must be a size such as 2GB or 512MiB');

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

export function toBytes(text: string): number {
  const unit = text.replace(/^[\d.\s]+/, '').toLowerCase();
  return Math.floor(Number.parseFloat(text) * (BYTES_PER_UNIT[unit] ?? 1));
}
