/** What a setting is, and how the values of settings are read. */
import { z } from 'zod';
import { DEFAULT_RETENTION_DAYS, SHORTEST_RETENTION_DAYS } from './core/audit.ts';
import type { ShownSetting } from './core/ports/shown-setting.ts';
import { WEBHOOK_SCHEDULE_SECONDS } from './core/webhooks/retry.ts';

const LONGEST_RETENTION_DAYS = 36_500;

export interface Setting<Value> {
  readonly variable: string;
  /** The variable's name in the previous release, which is still read. */
  readonly formerly?: string;
  readonly schema: z.ZodType<Value, string | undefined>;
  /** As the documentation words it. */
  readonly defaultText: string;
  readonly description: string;
  readonly secret?: true;
}

export function setting<Value>(row: Setting<Value>): Setting<Value> {
  return row;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The setting's text, under its name or the former one. An empty variable is an unset one: that is how Compose files and unit files switch one off. */
export function textOf(row: Setting<unknown>, environment: Environment, errors: string[]): string | undefined {
  const { variable, formerly } = row;
  const value = environment[variable] || undefined;
  const former = formerly === undefined ? undefined : environment[formerly] || undefined;
  if (value !== undefined && former !== undefined && value !== former) {
    errors.push(`${variable} and ${formerly}, its former name, are set to different values: remove ${formerly}`);
  }
  return value ?? former;
}

export interface RenamedSetting {
  readonly variable: string;
  readonly instead: string;
}

/** Those that are set under their former names. */
export function renamedOf(rows: readonly Setting<unknown>[], environment: Environment): readonly RenamedSetting[] {
  return rows.flatMap(({ variable, formerly }) =>
    formerly !== undefined && environment[formerly] ? [{ variable: formerly, instead: variable }] : [],
  );
}

/** Every setting with where its value comes from, without the values of secrets. */
export function shownOf(
  rows: readonly Setting<unknown>[],
  environment: Environment,
  overrides: Environment,
): readonly ShownSetting[] {
  return rows.map((row) => {
    const [own, given] = [textOf(row, overrides, []), textOf(row, environment, [])];
    // An address may carry a user with a password.
    const value = (own ?? given)?.replaceAll(/(?<=:\/\/)[^/@\s]*@/g, '…@') ?? null;
    const isSecret = row.secret === true;
    const origin = own !== undefined ? 'command line' : given !== undefined ? 'environment' : 'default';
    return { variable: row.variable, value: isSecret ? null : value, isSecret, origin, defaultText: row.defaultText };
  });
}

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
/** Entries separated by commas; none by default. */
export const textList = z
  .string()
  .default('')
  .transform((text): readonly string[] =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  );
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

export const auditRetention = wholeNumber(0, LONGEST_RETENTION_DAYS, DEFAULT_RETENTION_DAYS).refine(
  (days) => days === 0 || days >= SHORTEST_RETENTION_DAYS,
  `must be 0, or a whole number from ${SHORTEST_RETENTION_DAYS} to ${LONGEST_RETENTION_DAYS}`,
);

const LONGEST_WEBHOOK_DELAY = 604_800;
const MOST_WEBHOOK_TRIES = 50;

export const webhookSchedule = z
  .string()
  .default(WEBHOOK_SCHEDULE_SECONDS.join(','))
  .transform((text) => text.split(',').map((entry) => entry.trim()))
  .refine(
    (delays) =>
      delays.length <= MOST_WEBHOOK_TRIES &&
      delays.every((delay) => /^\d{1,6}$/.test(delay) && Number(delay) <= LONGEST_WEBHOOK_DELAY),
    `must be at most ${MOST_WEBHOOK_TRIES} delays of up to ${LONGEST_WEBHOOK_DELAY} seconds, separated by commas, such as 0,5,300`,
  )
  .transform((delays) => delays.map(Number));
