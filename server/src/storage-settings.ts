/** Settings of where objects are kept, and how customers get at them. Part of the table in `config.ts`. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { optionalText, optionalUrl, setting, wholeNumber } from './setting.ts';

/** "Bucket names can consist only of lowercase letters, numbers, periods, and hyphens", 3 to 63 of them (Amazon S3 naming rules). */
const LOCATION = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>[A-Za-z0-9_][A-Za-z0-9_.=/-]*))?$/;
const LOCATION_FAULT = 'must be disk, or s3://bucket or s3://bucket/prefix';

export interface BucketLocation {
  readonly bucket: string;
  /** In front of every key; empty, or ending with a slash. */
  readonly prefix: string;
}

/** "The maximum is 604,800 seconds (seven days)" (Signature Version 4, `X-Amz-Expires`). */
const LONGEST_SIGNED_SECONDS = 604_800;

/** Null for what is no such location. */
export function parseBucketLocation(text: string): BucketLocation | null {
  const { bucket, prefix = '' } = LOCATION.exec(text)?.groups ?? {};
  const segments = prefix.replace(/\/$/, '').split('/');
  const isPlain = prefix === '' || segments.every((segment) => /^[A-Za-z0-9_]/.test(segment));
  if (bucket === undefined || !isPlain) return null;
  return { bucket, prefix: prefix === '' ? '' : `${segments.join('/')}/` };
}

const storageLocation = z
  .string()
  .default('disk')
  .transform((text, context): 'disk' | BucketLocation => {
    if (text === 'disk') return 'disk';
    const location = parseBucketLocation(text);
    if (location !== null) return location;
    context.addIssue({ code: 'custom', message: LOCATION_FAULT });
    return z.NEVER;
  });

export const STORAGE_SETTINGS = {
  storage: setting({
    variable: 'CONVEYANCE_STORAGE',
    schema: storageLocation,
    defaultText: 'disk',
    description:
      'Where results, uploads and warehouse files are kept: `disk`, under the data directory, or `s3://bucket/prefix` (docs/fleet.md). Credentials come from the standard chain of AWS: `AWS_ACCESS_KEY_ID` and its like, files, or the machine’s role.',
  }),
  s3Endpoint: setting({
    variable: 'CONVEYANCE_S3_ENDPOINT',
    schema: optionalUrl,
    defaultText: 'AWS',
    description:
      'The S3 server, if it is not AWS: `https://objects.example.com`. Customers must reach it there too, unless CONVEYANCE_LINKS is `server`.',
  }),
  s3Region: setting({
    variable: 'CONVEYANCE_S3_REGION',
    schema: z.string().min(1).default('us-east-1'),
    defaultText: 'us-east-1',
    description: 'The region of the bucket.',
  }),
  s3PathStyle: setting({
    variable: 'CONVEYANCE_S3_PATH_STYLE',
    schema: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
    defaultText: 'true where CONVEYANCE_S3_ENDPOINT is set, else false',
    description: 'Whether the bucket stands in the path of a URL (`true`) or in its host name (`false`).',
  }),
  links: setting({
    variable: 'CONVEYANCE_LINKS',
    schema: z.enum(['store', 'server'], { error: 'must be one of: store, server' }).default('store'),
    defaultText: 'store',
    description:
      'Where download links lead with S3: to the `store` itself, pre-signed, or to this `server`, which passes the bytes on, writes each download down and can revoke links. With temporary credentials links lead to the server in any case: a pre-signed one would end with them.',
  }),
  cacheDir: setting({
    variable: 'CONVEYANCE_CACHE_DIR',
    schema: optionalText.transform((path) => (path === undefined ? undefined : resolve(path))),
    defaultText: '`cache` in the data directory',
    description: 'Where a node keeps copies of warehouse files that lie on S3. Losing it is safe.',
  }),
  cacheMib: setting({
    variable: 'CONVEYANCE_CACHE_MIB',
    schema: wholeNumber(16, 1_000_000_000, 10_240),
    defaultText: '10240',
    description:
      'Disk that these copies may take, for each process. An export that needs more is made in turns; all files of a match or a load must fit into it at once.',
  }),
} as const;

interface Judged {
  readonly storage: 'disk' | BucketLocation;
  readonly links: 'store' | 'server';
  readonly linkTtlSeconds: number;
  readonly reonomyLinkTtlSeconds: number;
}

/** What is wrong with settings that are fine one by one. */
export function judgeStorage({ storage, links, linkTtlSeconds, reonomyLinkTtlSeconds }: Judged): readonly string[] {
  if (storage === 'disk' || links === 'server') return [];
  const lifetimes = {
    CONVEYANCE_LINK_TTL_SECONDS: linkTtlSeconds,
    CONVEYANCE_REONOMY_LINK_TTL_SECONDS: reonomyLinkTtlSeconds,
  };
  return Object.entries(lifetimes).flatMap(([variable, seconds]) =>
    seconds > LONGEST_SIGNED_SECONDS
      ? [
          `${variable} must be at most ${LONGEST_SIGNED_SECONDS} with links that S3 has to honour; set CONVEYANCE_LINKS=server for longer ones`,
        ]
      : [],
  );
}
