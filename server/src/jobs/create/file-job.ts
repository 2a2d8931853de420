/** A file job from an upload: which kind, and what all kinds share. */
import { type Caller, requirePermission } from '../../core/access.ts';
import { ConveyanceError, isConveyanceError, JobInProgress } from '../../core/errors.ts';
import { encodePropertyIds } from '../../core/ids/property-ids.ts';
import { FILE_JOB_KINDS, type FileJob, type FileJobKind, type JobKey } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Upload } from '../../core/ports/intake.ts';
import { acceptJob, type JudgedRequest, meterProperties, requireRoom } from './accept.ts';
import { prepareDetails } from './prepare-details.ts';
import { prepareMatch } from './prepare-match.ts';
import { prepareSearch } from './prepare-search.ts';
import type { Prepare, Prepared } from './prepared.ts';

type Creating = Pick<Deps, 'db' | 'store' | 'engine' | 'intake' | 'clock' | 'ids' | 'meter' | 'tracer' | 'policy'>;

/** Before an upload is read: whoever cannot submit it is spared sending it. */
export async function requireFreeKey({ db }: Pick<Deps, 'db'>, caller: Caller): Promise<void> {
  requirePermission(caller, 'create jobs');
  const unfinished = await db.jobs.unfinishedFileJob(caller);
  if (unfinished !== null) throw new JobInProgress(unfinished);
}

/** The transaction that ran into another job could not read which: looked up behind it, where it may have ended meanwhile. */
async function nameUnfinished({ db }: Pick<Deps, 'db'>, caller: Caller, error: unknown): Promise<never> {
  if (isConveyanceError(error, 'job_in_progress'))
    throw new JobInProgress(await db.jobs.unfinishedFileJob(caller), error);
  throw error;
}

/** Enough of a word to find it in the form. */
const SHOWN_CHARACTERS = 64;

function got(jobType: string | null): string {
  if (jobType === null) return 'the form has none';
  const start = jobType.slice(0, SHOWN_CHARACTERS);
  return `got ${JSON.stringify(start === jobType ? start : `${start}…`)}`;
}

function readKind(jobType: string | null): FileJobKind {
  const kind = FILE_JOB_KINDS.find((each) => each === jobType);
  if (kind !== undefined) return kind;
  throw new ConveyanceError(
    'invalid_parameter',
    `job_type must be one of: ${FILE_JOB_KINDS.join(', ')}; ${got(jobType)}`,
  );
}

/** Reads the upload, once: what is wrong with it is told before the data is looked at. */
function judge(deps: Creating, caller: Caller, key: JobKey, upload: Upload): Promise<Prepare> {
  const kind = readKind(upload.jobType);
  switch (kind) {
    case 'property-details':
      return prepareDetails(deps, caller, upload);
    case 'search':
      return prepareSearch(deps, upload);
    case 'match':
      return prepareMatch(deps, key, upload);
  }
}

async function judged(caller: Caller, { id }: JobKey, prepared: Prepared): Promise<JudgedRequest<FileJobKind>> {
  const { asked, version, propertyIds } = prepared;
  const count = propertyIds.length;
  return {
    id,
    caller,
    asked,
    properties: await meterProperties(encodePropertyIds(propertyIds, count), count),
    dataVersion: version.version,
    callbackUrl: null,
  };
}

/**
 * Judges the upload, reserves quota, and makes the job and its run: all or nothing. Throws `invalid_parameter` for whatever is visible in
 * the upload, `job_in_progress` while the access key has an unfinished file job, and `quota_exceeded`.
 */
export async function createFileJob(deps: Creating, caller: Caller, upload: Upload): Promise<FileJob> {
  requirePermission(caller, 'create jobs');
  await requireRoom(deps);
  const key = { accountId: caller.accountId, id: deps.ids() };
  const prepare = await judge(deps, caller, key, upload);
  return acceptJob(deps, async () => judged(caller, key, await prepare())).catch((error: unknown) =>
    nameUnfinished(deps, caller, error),
  );
}
