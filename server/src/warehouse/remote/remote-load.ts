/** Loads of uploads: asked for by operators over HTTP, made by a worker, told of to whoever asks. */
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { entryByOperator, type OperatorActor } from '../../core/audit.ts';
import { ConveyanceError, isConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { RemoteLoad, RemoteLoadEnd } from '../../core/ports/database/incoming/remote-loads.ts';
import type { Upload } from '../../core/ports/database/incoming/uploads.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { LoadWatch } from '../load/load.ts';
import { isFaultOfFiles } from '../loads/attempts.ts';
import { loadAndRecord } from '../loads/recorded-load.ts';
import { fileNameOf } from '../source-files.ts';
import { loadFields } from './load-fields.ts';
import { type LoadRequest, loadOptionsOf, readLoadRequest } from './load-request.ts';
import { deleteUpload, INCOMING_PREFIX, readUpload } from './uploads.ts';

const MOST_UPLOADS_A_LOAD = 100;

type Loading = Pick<Deps, 'db' | 'engine' | 'store' | 'files' | 'clock' | 'ids' | 'log' | 'erasureSigner'>;

function uploadFaults(uploads: readonly Upload[]): readonly string[] {
  const unfinished = uploads
    .filter(({ received, length }) => received < length)
    .map(
      ({ id, filename, received, length }) => `upload ${id} (${filename}) is not whole: ${received} of ${length} bytes`,
    );
  const names = uploads.map(({ filename }) => filename);
  const twice = names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `two uploads are called ${name}`);
  return [...unfinished, ...twice];
}

/** Lets a worker load them. Throws `invalid_parameter` for what can be seen to be wrong, and `not_found` for an upload that is not there. */
export async function requestLoad(
  deps: Pick<Deps, 'db' | 'ids'>,
  by: OperatorActor,
  { uploadIds, request }: { readonly uploadIds: readonly string[]; readonly request: unknown },
): Promise<RemoteLoad> {
  const judged = readLoadRequest(request);
  if (uploadIds.length === 0 || uploadIds.length > MOST_UPLOADS_A_LOAD) {
    throw new ConveyanceError('invalid_parameter', `upload_ids must name 1 to ${MOST_UPLOADS_A_LOAD} uploads`);
  }
  const uploads = await Promise.all([...new Set(uploadIds)].map((id) => readUpload(deps, id)));
  refuseFaults(uploadFaults(uploads));
  const { credentialId } = by;
  return deps.db.transaction(async ({ remoteLoads, audit }) => {
    const made = { id: deps.ids(), credentialId, uploadIds: uploads.map(({ id }) => id), request: judged };
    const load = await remoteLoads.insert(made);
    const files = uploads.map(({ filename }) => filename).join(', ');
    await audit.append(entryByOperator('load-requested', OPERATORS_ACCOUNT, `load ${load.id} of ${files}`, by));
    return load;
  });
}

/** Throws `not_found`. */
export async function readRemoteLoad({ db }: Pick<Deps, 'db'>, id: string): Promise<RemoteLoad> {
  const load = await db.remoteLoads.get(id);
  if (load === null) throw new ConveyanceError('not_found', `There is no load ${id.slice(0, 40)} (any more)`);
  return load;
}

async function* bytesOf({ db, store }: Loading, { id }: Upload): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { key } of await db.uploads.parts(id)) yield* await store.open(key);
}

/** The upload as a file. Throws `load_refused` if it is not what its sender said. */
async function gather(deps: Loading, uploadId: string, folder: string): Promise<string> {
  const upload = await readUpload(deps, uploadId);
  const path = `${folder}/${upload.filename}`;
  const { bytes, sha256 } = await deps.files.writeBytes(path, bytesOf(deps, upload));
  const isWhole = bytes === upload.length && (upload.sha256 === null || upload.sha256 === sha256);
  if (isWhole) return path;
  throw new ConveyanceError(
    'load_refused',
    `${upload.filename} did not arrive as it was sent: it has ${bytes} bytes and the SHA-256 ${sha256}, and was announced with ${upload.length} and ${upload.sha256}. Send it again`,
  );
}

/** Files are known by their names: where they lie on this machine is nobody's business. */
function withoutFolders(value: unknown, folder: string): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(`${folder}/in/`, '').replaceAll(`${folder}/`, ''));
}

async function nameOf({ db }: Loading, { credentialId }: RemoteLoad): Promise<string> {
  const credential = await db.credentials.byId(credentialId);
  return credential?.name ?? credentialId;
}

/** All rejected rows, kept as an object. */
async function keepRejects({ store, files }: Loading, load: RemoteLoad, path: string): Promise<string | null> {
  if (!(await files.exists(path))) return null;
  const key = `${INCOMING_PREFIX}${load.id}/rejects-${load.attempt}.csv`;
  await store.put(key, path);
  return key;
}

async function loadIn(
  deps: Loading,
  load: RemoteLoad,
  request: LoadRequest,
  folder: string,
  watch: LoadWatch,
): Promise<RemoteLoadEnd> {
  const rejectFile = `${folder}/rejects.csv`;
  try {
    const paths: string[] = [];
    for (const id of load.uploadIds) paths.push(await gather(deps, id, `${folder}/in`));
    const by = await nameOf(deps, load);
    const report = await loadAndRecord(
      deps,
      loadOptionsOf(request, { paths, rejectFile, by, shownPath: fileNameOf }),
      { origin: 'upload' },
      watch,
    );
    const rejectsKey = await keepRejects(deps, load, rejectFile);
    return { state: 'succeeded', report: withoutFolders(loadFields(report), folder), failure: null, rejectsKey };
  } catch (error) {
    if (!isFaultOfFiles(error)) throw error;
    const { message, errors = [] } = error;
    const told = withoutFolders({ message, errors }, folder) as { readonly message: string };
    return {
      state: 'failed',
      report: null,
      failure: told.message,
      rejectsKey: await keepRejects(deps, load, rejectFile),
    };
  }
}

/** Once the rows are in a version, or were there already, the files have done their duty. A try that stores nothing leaves them. */
export async function discardUploads(
  deps: Pick<Deps, 'db' | 'store' | 'log'>,
  { id, uploadIds }: RemoteLoad,
): Promise<void> {
  for (const uploadId of uploadIds) {
    // Of one that cannot be deleted now, the sweep finds what is left.
    await deleteUpload(deps, uploadId).catch((error: unknown) => {
      if (!isConveyanceError(error, 'not_found')) deps.log.warn('upload-not-deleted', { loadId: id, uploadId, error });
    });
  }
}

export function isStored({ state, report }: RemoteLoadEnd): boolean {
  const { version = null, unchanged = null } = (report ?? {}) as {
    readonly version?: number;
    readonly unchanged?: number;
  };
  return state === 'succeeded' && (version !== null || unchanged !== null);
}

/**
 * Makes the load. What is wrong with the files is how it ends; whatever else fails is thrown, and the load can be made again: it has happened
 * as a whole or not at all, and the same rows twice make no second version.
 */
export async function runRemoteLoad(deps: Loading, load: RemoteLoad, watch: LoadWatch): Promise<RemoteLoadEnd> {
  const request = readLoadRequest(load.request);
  const scratch = `load-${load.id}-${load.attempt}`;
  const folder = await deps.store.scratch(scratch);
  try {
    return await loadIn(deps, load, request, folder, watch);
  } finally {
    await deps.store.discard(scratch);
  }
}
