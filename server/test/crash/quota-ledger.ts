/** What the ledger of quotas says, and what the jobs say, read at one instant and compared. */
import type pg from 'pg';
import { decodePropertyIds } from '../../src/core/ids/property-ids.ts';
import { quotaIds } from '../../src/core/quota.ts';
import { withClient } from '../support/postgres.ts';

export interface Audit {
  /** Distinct properties of the jobs that have not failed and were not cancelled. */
  readonly properties: number;
  /** Those jobs. */
  readonly jobs: number;
  /** Where the ledger says something else than the jobs, or more than the limit; in words. */
  readonly problems: readonly string[];
}

interface JobRow {
  readonly id: string;
  readonly property_ids: Buffer;
}

interface BlockRow {
  readonly block: string;
  readonly members: Buffer;
}

function idsOf(rows: readonly BlockRow[]): string {
  return [...quotaIds(new Map(rows.map(({ block, members }) => [Number(block), new Uint8Array(members)])))].join();
}

function inOrder(ids: Iterable<number>): string {
  return [...ids].toSorted((left, right) => left - right).join();
}

async function compare(client: pg.Client, accountId: string): Promise<Audit> {
  const rowsOf = async <Row extends pg.QueryResultRow>(text: string) =>
    (await client.query<Row>(text, [accountId])).rows;
  const jobs = await rowsOf<JobRow>(
    `select id::text, property_ids from jobs join job_property_ids ids on ids.job_id = id and ids.account_id = jobs.account_id
     where jobs.account_id = $1 and status in ('submitted', 'succeeded')`,
  );
  const months = await rowsOf<{ usage: number; limit: number }>(
    `select usage::int, quota_limit::int as limit from quota_months join accounts on id = account_id where account_id = $1`,
  );
  const counted = await rowsOf<BlockRow>('select block, counted as members from quota_blocks where account_id = $1');
  const held = await rowsOf<BlockRow & { job_id: string }>(
    'select block, members, job_id::text from quota_held where account_id = $1',
  );
  const [month = { usage: 0, limit: 0 }] = months;
  const union = new Set(jobs.flatMap((job) => [...decodePropertyIds(new Uint8Array(job.property_ids))]));
  const problems: string[] = [];
  if (months.length > 1) problems.push(`the ledger has ${months.length} months`);
  if (month.usage !== union.size) problems.push(`usage is ${month.usage}, the jobs have ${union.size} properties`);
  if (union.size > month.limit) problems.push(`${union.size} properties were granted, the limit is ${month.limit}`);
  if (idsOf(counted) !== inOrder(union)) problems.push('other properties count than the jobs have');
  const holders = new Set([...held.map(({ job_id: id }) => id), ...jobs.map(({ id }) => id)]);
  for (const id of holders) {
    const own = jobs.find((job) => job.id === id);
    const ids = own === undefined ? [] : decodePropertyIds(new Uint8Array(own.property_ids));
    const said = idsOf(held.filter((row) => row.job_id === id));
    if (said !== inOrder(ids)) problems.push(`job ${id} holds ${said || 'nothing'}`);
  }
  return { properties: union.size, jobs: jobs.length, problems };
}

/** Of an account whose jobs have not ended, or were cancelled: then each holds what it asked for. */
export function auditQuota(databaseUrl: string, accountId: string): Promise<Audit> {
  return withClient(databaseUrl, async (client) => {
    // One snapshot: requests of processes that were killed may still be committed while we read.
    await client.query('begin isolation level repeatable read read only');
    return compare(client, accountId);
  });
}
