/** What became of the jobs that were acknowledged: lost, torn, ended twice, or as promised. */
import { createHash } from 'node:crypto';
import { until } from '../support/app.ts';
import { basicHeaders } from '../support/file-jobs.ts';
import type { Fleet } from '../support/fleet/fleet.ts';
import { withClient } from '../support/postgres.ts';
import { type Acknowledged, SUCCESS } from './mixed-load.ts';

const DRAIN_MS = 180_000;
/** Of jobs that are asked at a time. */
const ASKED_AT_ONCE = 8;

/** What is asked of a fleet. */
export type Judged = { readonly api: Fleet['api']; readonly postgres: Pick<Fleet['postgres'], 'url'> };

export interface Verdict {
  readonly acknowledged: number;
  /** Unknown, or never ended, or ended without success. */
  readonly lost: readonly string[];
  /** The file is not there, or not the one that the job names, or not the one of the same request elsewhere. */
  readonly torn: readonly string[];
  /** More than one end was told. */
  readonly duplicated: readonly string[];
  /** Ended with success, and no end was queued for the receiver that the job names. */
  readonly untold: readonly string[];
  /** Of each request, the digests of its files. */
  readonly digests: ReadonlyMap<string, string>;
}

interface Ended {
  readonly job: Acknowledged;
  readonly status: string;
  /** Of report jobs. */
  readonly sha256: string | null;
  readonly links: readonly string[];
}

interface ReportBody {
  readonly status?: string;
  readonly result?: { readonly sha256: string };
}

interface FileBody {
  readonly status?: string;
  readonly result_urls?: readonly string[];
}

async function look(fleet: Judged, job: Acknowledged): Promise<Ended> {
  const { url } = fleet.api(0);
  if (job.kind === 'report') {
    const headers = { authorization: `Bearer ${job.account.token}` };
    const path = `${url}/api/v1/bulk_api/jobs/${job.id}`;
    const body = (await (await fetch(path, { headers })).json()) as ReportBody;
    return { job, status: body.status ?? 'unknown', sha256: body.result?.sha256 ?? null, links: [`${path}/results`] };
  }
  const answer = await fetch(`${url}/v2/jobs/file/${job.id}`, { headers: basicHeaders(job.account) });
  const body = (await answer.json()) as FileBody;
  return { job, status: body.status ?? 'unknown', sha256: null, links: body.result_urls ?? [] };
}

async function inGroups<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += ASKED_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + ASKED_AT_ONCE).map(work))));
  }
  return results;
}

const UNFINISHED = ['submitted', 'PENDING', 'STARTED'];

async function digestOf(link: string, { account }: Acknowledged): Promise<string> {
  // A link of the store takes no credentials, and refuses some: they go to ourselves only.
  const asked = await fetch(link, { headers: { authorization: `Bearer ${account.token}` }, redirect: 'manual' });
  const answer = asked.status === 302 ? await fetch(asked.headers.get('location') ?? '') : await fetch(link);
  if (!answer.ok) return `${answer.status}`;
  return createHash('sha256')
    .update(new Uint8Array(await answer.arrayBuffer()))
    .digest('hex');
}

/** By job, how often an end was queued for its receiver. */
async function toldEnds(fleet: Judged): Promise<ReadonlyMap<string, number>> {
  const { rows } = await withClient(fleet.postgres.url, (database) =>
    database.query<{ job_id: string; ends: string }>('select job_id, count(*) as ends from deliveries group by job_id'),
  );
  return new Map(rows.map(({ job_id, ends }) => [job_id, Number(ends)]));
}

export interface JudgeOptions {
  /** For what has not ended. */
  readonly drainMs?: number;
  /** Of each request, the digests of its files where nothing was amiss. */
  readonly expected?: ReadonlyMap<string, string>;
}

/** Waits until every acknowledged job has ended, and looks at its files. */
export async function judge(
  fleet: Judged,
  jobs: readonly Acknowledged[],
  { drainMs = DRAIN_MS, expected = new Map() }: JudgeOptions = {},
): Promise<Verdict> {
  const ended = new Map<string, Ended>();
  await until(
    async () => {
      const open = jobs.filter(({ id }) => !ended.has(id));
      for (const found of await inGroups(open, (job) => look(fleet, job))) {
        if (!UNFINISHED.includes(found.status)) ended.set(found.job.id, found);
      }
      return jobs.length - ended.size;
    },
    (open) => open === 0,
    drainMs,
  ).catch(() => undefined);
  const succeeded = [...ended.values()].filter(({ status }) => SUCCESS.includes(status));
  const names = new Set(succeeded.map(({ job }) => job.id));
  const torn: string[] = [];
  /** By request: all results of one are the same, to the byte. */
  const known = new Map(expected);
  await inGroups(succeeded, async ({ job, sha256, links }) => {
    const digests = await Promise.all(links.map((link) => digestOf(link, job)));
    const digest = digests.join();
    const first = known.get(job.request) ?? digest;
    known.set(job.request, first);
    if (links.length === 0 || digest !== first || (sha256 !== null && digest !== sha256)) {
      torn.push(`${job.request} ${job.id}: ${digest}, named ${sha256}, elsewhere ${first}`);
    }
  });
  const ends = await toldEnds(fleet);
  return {
    acknowledged: jobs.length,
    lost: jobs.filter(({ id }) => !names.has(id)).map(({ id }) => `${id}: ${ended.get(id)?.status ?? 'not ended'}`),
    torn,
    duplicated: jobs.filter(({ id }) => (ends.get(id) ?? 0) > 1).map(({ id }) => id),
    untold: succeeded.filter(({ job }) => job.kind === 'report' && !ends.has(job.id)).map(({ job }) => job.id),
    digests: known,
  };
}
