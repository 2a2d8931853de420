/** Settings of the cluster that finds rows for large exports. Part of the table in `config.ts`. */
import { z } from 'zod';
import { optionalNumber, optionalText, setting, textList, wholeNumber } from './setting.ts';

const clusterUrls = textList.refine(
  (urls) => urls.every((url) => z.url({ protocol: /^https?$/ }).safeParse(url).success),
  'must be absolute http or https URLs, separated by commas',
);

export const CLUSTER_SETTINGS = {
  clickhouseUrls: setting({
    variable: 'CONVEYANCE_CLICKHOUSE_URL',
    schema: clusterUrls,
    defaultText: 'none: this node finds all rows itself',
    description:
      'The HTTP addresses of a ClickHouse cluster that finds the rows of large exports (docs/cluster.md), one for each machine that is asked, separated by commas: `https://ch1.example.com:8443,https://ch2.example.com:8443`. The warehouse must lie on S3.',
  }),
  clickhouseCluster: setting({
    variable: 'CONVEYANCE_CLICKHOUSE_CLUSTER',
    schema: z.string().min(1).default('default'),
    defaultText: 'default',
    description: 'The name under which these machines know the cluster, in their `remote_servers`.',
  }),
  clickhouseCollection: setting({
    variable: 'CONVEYANCE_CLICKHOUSE_COLLECTION',
    schema: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and underscores')
      .default('conveyance'),
    defaultText: 'conveyance',
    description:
      'The named collection of the cluster with the `url` of the bucket and its prefix, as the cluster sees it, and the credentials to read it.',
  }),
  clickhouseUser: setting({
    variable: 'CONVEYANCE_CLICKHOUSE_USER',
    schema: z.string().min(1).default('default'),
    defaultText: 'default',
    description: 'The user of the cluster.',
  }),
  clickhousePassword: setting({
    variable: 'CONVEYANCE_CLICKHOUSE_PASSWORD',
    schema: optionalText,
    defaultText: 'none',
    description: 'The user’s password.',
    secret: true,
  }),
  clickhouseMinRows: setting({
    variable: 'CONVEYANCE_CLICKHOUSE_MIN_ROWS',
    schema: wholeNumber(0, Number.MAX_SAFE_INTEGER, 100_000_000),
    defaultText: '100000000',
    description:
      'Exports go to the cluster if the files that they have to look through, those with their properties and days, hold at least so many rows.',
  }),
  clickhouseAccounts: setting({
    variable: 'CONVEYANCE_CLICKHOUSE_ACCOUNTS',
    schema: textList,
    defaultText: 'none',
    description: 'Ids of accounts, separated by commas, whose exports go to the cluster however small they are.',
  }),
  clickhouseOnlyRows: setting({
    variable: 'CONVEYANCE_CLICKHOUSE_ONLY_ROWS',
    schema: optionalNumber(0, Number.MAX_SAFE_INTEGER),
    defaultText: 'none: a node does any alone',
    description:
      'While the cluster is away, a node does its exports alone. With at least so many rows they wait for the cluster instead.',
  }),
} as const;

interface Judged {
  readonly storage: unknown;
  readonly clickhouseUrls: readonly string[];
}

/** What is wrong with settings that are fine one by one. */
export function judgeCluster({ storage, clickhouseUrls }: Judged): readonly string[] {
  if (clickhouseUrls.length === 0 || storage !== 'disk') return [];
  return ['CONVEYANCE_CLICKHOUSE_URL needs a warehouse on S3, which all machines can read: set CONVEYANCE_STORAGE'];
}
