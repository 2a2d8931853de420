/** A file job from an upload: which kind, and what all kinds share. */
import { type Caller, requirePermission } from '../../core/access.ts';
import { isConveyanceError } from '../../core/errors.ts';
import { MAX_FILENAME_CHARACTERS } from '../../core/file-job-spec.ts';
import { encodePropertyIds } from '../../core/ids/property-ids.ts';
import { toStorable } from '../../core/input/storable-text.ts';
import type { FileJob, FileJobKind, JobKey } from '../../core/job.ts';
import { CommitUnknown } from '../../core/passing-fault.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { JobInProgress } from '../../core/turns/job-in-progress.ts';
import { uploadKey } from '../upload-key.ts';
import { acceptJob, type JudgedRequest, meterProperties, requireRoom } from './accept.ts';
import { prepareDetails } from './prepare-details.ts';
import { prepareMatch } from './prepare-match.ts';
import { prepareSearch } from './prepare-search.ts';
import type { FileJobRequest, Prepare, Prepared } from './prepared.ts';

type Creating = Pick<Deps, 'db' | 'store' | 'engine' | 'clock' | 'ids' | 'meter' | 'tracer' | 'policy'>;

/** Before an upload is read: a client that cannot submit it need not send it. */
export async function requireFreeKey({ db }: Pick<Deps, 'db'>, caller: Caller): Promise<void> {
  requirePermission(caller, 'create jobs');
  const unfinished = await db.jobs.unfinishedFileJob(caller);
  if (unfinished !== null) throw new JobInProgress(unfinished);
}

/** The transaction that met another job could not read which: it is looked up afterwards, when it may have ended. */
async function nameUnfinished({ db }: Pick<Deps, 'db'>, caller: Caller, error: unknown): Promise<never> {
  if (isConveyanceError(error, 'job_in_progress'))
    throw new JobInProgress(await db.jobs.unfinishedFileJob(caller), error);
  throw error;
}

/**
 * Nothing is kept of a refused upload. If the commit was not confirmed, the job may be there and need it: when there is no job, a sweep
 * deletes it later.
 */
async function forgetUpload({ store }: Pick<Deps, 'store'>, key: JobKey, error: unknown): Promise<void> {
  if (!(error instanceof CommitUnknown)) await store.delete(uploadKey(key));
}

/** What is left to find out of the data. */
async function prepare(deps: Creating, caller: Caller, key: JobKey, request: FileJobRequest): Promise<Prepare> {
  switch (request.kind) {
    case 'property-details':
      return prepareDetails(deps, caller, request);
    case 'search':
      return prepareSearch(deps, request);
    case 'match':
      return prepareMatch(deps, key, request);
  }
}

/** With the name of its file. */
function named(asked: Prepared['asked'], filename: string | null): Prepared['asked'] {
  if (filename === null) return asked;
  // A spread of a union is no member of it.
  return {
    ...asked,
    spec: { ...asked.spec, filename: toStorable(filename.slice(0, MAX_FILENAME_CHARACTERS)) },
  } as Prepared['asked'];
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
 * Reserves quota, and makes the job and its run: all or nothing. Throws `job_in_progress` while the access key has an unfinished file
 * job, and `quota_exceeded`.
 *
 * @param filename of the upload, as the client calls it.
 * @param read what is asked for: called once the server takes work, as a large upload takes seconds to read.
 */
export async function createFileJob(
  deps: Creating,
  caller: Caller,
  read: () => Promise<FileJobRequest>,
  filename: string | null = null,
): Promise<FileJob> {
  requirePermission(caller, 'create jobs');
  await requireRoom(deps);
  const key = { accountId: caller.accountId, id: deps.ids() };
  const prepared = await prepare(deps, caller, key, await read());
  return acceptJob(deps, async () => {
    const ready = await prepared();
    return judged(caller, key, { ...ready, asked: named(ready.asked, filename) });
  }).catch(async (error: unknown) => {
    await forgetUpload(deps, key, error);
    return nameUnfinished(deps, caller, error);
  });
}
