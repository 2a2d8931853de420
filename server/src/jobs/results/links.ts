/** Links to files. They are made only here, so that none is handed out without its entry in the audit log. */
import type { Caller } from '../../core/access.ts';
import { entryBy } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { FileJob, Job, ResultFile } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';

type Linking = Pick<Deps, 'db' | 'links' | 'clock'>;

export interface DownloadLink {
  /** Absolute; needs no credential. */
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * A door may believe in a token for three seconds after it was revoked. Other answers end with that; a link made in those seconds would
 * work for a week. An operator has no credential.
 */
async function requireLiveCredential({ credentials }: Linking['db'], { credentialId }: Caller): Promise<void> {
  const credential = await credentials.byId(credentialId);
  if (credential !== null && credential.revokedAt !== null) {
    throw new ConveyanceError('unauthorized', 'The credential was revoked');
  }
}

/**
 * Records in the audit log that the caller gets links to the files of the jobs: an entry for each job, all in one statement. Resolves
 * with a function that makes the links.
 */
export async function recordLinks(
  { db, links, clock }: Linking,
  caller: Caller,
  jobs: readonly Job[],
  lifetimeSeconds: number,
): Promise<(file: ResultFile) => Promise<DownloadLink>> {
  await requireLiveCredential(db, caller);
  await db.audit.appendAll(jobs.map(({ id }) => entryBy(caller, 'link-created', id)));
  const epoch = await db.accounts.linkEpoch(caller.accountId);
  const expiresAt = new Date(clock().getTime() + lifetimeSeconds * MS_PER_SECOND);
  return async ({ key, filename, contentType, sha256 }) => ({
    url: await links.sign({ key, filename, contentType, sha256, expiresAt, epoch, isForPage: caller.isPage === true }),
    expiresAt,
  });
}

/**
 * Fresh links to the files of each job that still has any, by the job's id, in the order of the request. "Result URLs are valid only for
 * 10 minutes", and every answer carries new ones.
 */
export async function createFileJobLinks(
  deps: Linking & Pick<Deps, 'policy'>,
  caller: Caller,
  jobs: readonly FileJob[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const now = deps.clock();
  const linked = jobs.filter(({ expiresAt, results }) => results.length > 0 && (expiresAt === null || expiresAt > now));
  if (linked.length === 0) return new Map();
  const link = await recordLinks(deps, caller, linked, deps.policy.reonomyLinkTtlSeconds);
  const urls = linked.map(async ({ id, results }) => {
    const links = await Promise.all(results.map(link));
    return [id, links.map(({ url }) => url)] as const;
  });
  return new Map(await Promise.all(urls));
}
