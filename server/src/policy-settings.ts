/** Settings of what is kept and for how long, of what is free, and of whom the server believes. Part of the table in `config.ts`. */
import { z } from 'zod';
import { DEFAULT_RETENTION_DAYS, SHORTEST_RETENTION_DAYS } from './core/audit.ts';
import { SECONDS_PER_DAY } from './core/time.ts';
import { auditRetention, setting, size, textList, toBytes, wholeNumber } from './setting.ts';

const DAYS_PER_TEN_YEARS = 3650;

const proxyRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

export const POLICY_SETTINGS = {
  linkTtlSeconds: setting({
    variable: 'CONVEYANCE_LINK_TTL_SECONDS',
    schema: wholeNumber(1, 30 * SECONDS_PER_DAY, 7 * SECONDS_PER_DAY),
    defaultText: '604800',
    description: 'How long a download link of the ApartmentIQ dialect works.',
  }),
  reonomyLinkTtlSeconds: setting({
    variable: 'CONVEYANCE_REONOMY_LINK_TTL_SECONDS',
    formerly: 'CONVEYANCE_BATCH_LINK_TTL_SECONDS',
    schema: wholeNumber(1, 30 * SECONDS_PER_DAY, 600),
    defaultText: '600',
    description: 'How long a download link of the Reonomy dialect works. Every answer to a poll carries fresh ones.',
  }),
  resultRetentionDays: setting({
    variable: 'CONVEYANCE_RESULT_RETENTION_DAYS',
    schema: wholeNumber(1, DAYS_PER_TEN_YEARS, 30),
    defaultText: '30',
    description: 'How long results can be downloaded; the files are deleted once the last link has expired.',
  }),
  auditRetentionDays: setting({
    variable: 'CONVEYANCE_AUDIT_RETENTION_DAYS',
    schema: auditRetention,
    defaultText: String(DEFAULT_RETENTION_DAYS),
    description: `How long entries of the audit log are kept, at least ${SHORTEST_RETENTION_DAYS} days; 0 keeps them for ever.`,
  }),
  searchPrecision: setting({
    variable: 'CONVEYANCE_SEARCH_PRECISION',
    schema: z.enum(['steps', 'exact'], { error: 'must be one of: steps, exact' }).default('steps'),
    defaultText: 'steps',
    description:
      'How exactly a search, which is free, compares amounts and days of properties that the account has not paid for this month: in `steps` (two digits of an amount, whole months) or `exact`. With `exact`, some thirty searches tell a property’s price to the dollar at no cost (docs/reonomy.md).',
  }),
  jobRetentionDays: setting({
    variable: 'CONVEYANCE_JOB_RETENTION_DAYS',
    schema: wholeNumber(1, DAYS_PER_TEN_YEARS, 400),
    defaultText: '400',
    description:
      'How long a job that has ended, and a schedule’s run, can be read; after that it is deleted with its property ids. Never before its files are deleted and its calendar month is over (docs/retention.md).',
  }),
  keptVersions: setting({
    variable: 'CONVEYANCE_KEPT_VERSIONS',
    schema: wholeNumber(0, 1000, 5),
    defaultText: '5',
    description:
      'How many data versions besides the current one are kept to go back to (`warehouse rollback`), however old they are.',
  }),
  versionRetentionDays: setting({
    variable: 'CONVEYANCE_VERSION_RETENTION_DAYS',
    schema: wholeNumber(0, DAYS_PER_TEN_YEARS, 14),
    defaultText: '14',
    description:
      'For how many days a data version can be gone back to after a newer one took its place, however many there are.',
  }),
  versionLimitBytes: setting({
    variable: 'CONVEYANCE_VERSION_LIMIT',
    schema: size.default('20GB').transform(toBytes),
    defaultText: '20GB',
    description:
      'How much is kept for old data versions alone, over the two settings before: beyond it the oldest go. What jobs and searches still read is kept all the same, and is not counted.',
  }),
  uploadLimitBytes: setting({
    variable: 'CONVEYANCE_UPLOAD_LIMIT',
    schema: size.default('20GB').transform(toBytes),
    defaultText: '20GB',
    description: 'The largest file of data that operators may send over HTTP (`load --server`).',
  }),
  uploadsLimitBytes: setting({
    variable: 'CONVEYANCE_UPLOADS_LIMIT',
    schema: size.default('50GB').transform(toBytes),
    defaultText: '50GB',
    description:
      'How much of such files may be under way at a time, by their announced lengths: beyond it the next one is refused with 429 until some are loaded, deleted or swept, a day after their last byte came.',
  }),
  schedulesPerAccount: setting({
    variable: 'CONVEYANCE_SCHEDULES_PER_ACCOUNT',
    schema: wholeNumber(0, 100_000, 100),
    defaultText: '100',
    description: 'Schedules that one account may have, paused ones included; those beyond it are refused with 429.',
  }),
  keysPerAccount: setting({
    variable: 'CONVEYANCE_KEYS_PER_ACCOUNT',
    schema: wholeNumber(0, 100_000, 100),
    defaultText: '100',
    description:
      'Access keys and personal tokens that one account may have, and how many it may make in a day, without an operator; those beyond it are refused with 429.',
  }),
  listsPerAccount: setting({
    variable: 'CONVEYANCE_LISTS_PER_ACCOUNT',
    schema: wholeNumber(0, 100_000, 100),
    defaultText: '100',
    description: 'Saved lists of properties that one account may have; those beyond it are refused with 429.',
  }),
  trustedProxies: setting({
    variable: 'CONVEYANCE_TRUSTED_PROXIES',
    schema: textList.refine((ranges) => ranges.every((range) => proxyRange.safeParse(range).success), {
      error: 'must be addresses and CIDRs, separated by commas, such as 10.0.0.0/8,fd00::5',
    }),
    defaultText: 'none',
    description:
      'Your own proxies, as addresses and CIDRs separated by commas. From them, and from nobody else, `X-Forwarded-For` is believed: the audit log, the last use of credentials and the throttle of log-ins then have the customer’s address and not the proxy’s; and a `traceparent` header continues its trace.',
  }),
} as const;
