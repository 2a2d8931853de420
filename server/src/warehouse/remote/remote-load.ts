/** Loads of uploads, and of addresses: asked for by operators over HTTP, made by a worker, told of to whoever asks. */
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { entryByOperator, type OperatorActor } from '../../core/audit.ts';
import { ConveyanceError, isConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { RemoteLoad, RemoteLoadEnd } from '../../core/ports/database/incoming/remote-loads.ts';
import type { Upload } from '../../core/ports/database/incoming/uploads.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { LoadSource } from '../../core/sources/load-sources.ts';
import { type Fetched, withFetched } from '../addresses/fetched.ts';
import { openRequests, sealRequests } from '../addresses/sealed.ts';
import type { LoadWatch } from '../load/load.ts';
import { isFaultOfFiles } from '../loads/attempts.ts';
import { loadAndRecord, recordUnfetched } from '../loads/recorded-load.ts';
import { fileNameOf } from '../source-files.ts';
import { loadFields } from './load-fields.ts';
import { type LoadRequest, loadOptionsOf, readLoadRequest } from './load-request.ts';
import { readAddresses } from './remote-addresses.ts';
import { deleteUpload, INCOMING_PREFIX, readUpload } from './uploads.ts';

const MOST_UPLOADS_A_LOAD = 100;
/** Of the names of what is loaded, in the audit log. */
const LONGEST_TOLD = 1_000;

type Fetches = Pick<Deps, 'sources' | 'vault'>;
type Loading = Fetches & Pick<Deps, 'db' | 'engine' | 'store' | 'files' | 'clock' | 'ids' | 'log' | 'erasureSigner'>;

/** What is asked for, not judged yet. */
export interface AskedLoad {
  readonly uploadIds: readonly string[];
  /** Addresses to fetch besides. */
  readonly addresses?: unknown;
  readonly request: unknown;
}

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
  deps: Fetches & Pick<Deps, 'db' | 'ids'>,
  by: OperatorActor,
  { uploadIds, addresses = [], request }: AskedLoad,
): Promise<RemoteLoad> {
  const judged = readLoadRequest(request);
  const { requests, shown } = readAddresses(deps, addresses);
  if (uploadIds.length > MOST_UPLOADS_A_LOAD || uploadIds.length + requests.length === 0) {
    throw new ConveyanceError(
      'invalid_parameter',
      `upload_ids must name 1 to ${MOST_UPLOADS_A_LOAD} uploads, or addresses what is to be fetched`,
    );
  }
  const uploads = await Promise.all([...new Set(uploadIds)].map((id) => readUpload(deps, id)));
  refuseFaults(uploadFaults(uploads));
  const { credentialId } = by;
  return deps.db.transaction(async ({ remoteLoads, audit }) => {
    const id = deps.ids();
    const made = { id, credentialId, uploadIds: uploads.map((upload) => upload.id), addresses: shown, request: judged };
    const load = await remoteLoads.insert(made, requests.length === 0 ? null : sealRequests(deps, id, requests));
    const files = [...uploads.map(({ filename }) => filename), ...shown].join(', ').slice(0, LONGEST_TOLD);
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
  const text = JSON.stringify(value).replaceAll(`${folder}/in/`, '');
  return JSON.parse(text.replaceAll(`${folder}-rejects.csv`, 'rejects.csv').replaceAll(`${folder}/`, ''));
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

function failed(failure: string, rejectsKey: string | null): RemoteLoadEnd {
  return { state: 'failed', report: null, failure, rejectsKey };
}

interface Work {
  readonly request: LoadRequest;
  readonly folder: string;
  readonly rejectFile: string;
}

interface Files extends Work {
  readonly uploads: readonly string[];
  readonly fetched: Fetched;
}

/** The uploads, and what was fetched, as files of this machine. */
async function loadFiles(
  deps: Loading,
  load: RemoteLoad,
  { request, folder, rejectFile, uploads, fetched }: Files,
  watch: LoadWatch,
): Promise<RemoteLoadEnd> {
  const { options, paths, told } = fetched;
  // Uploads are known by their names, what was fetched by its address.
  const shownPath = (path: string) => (uploads.includes(path) ? fileNameOf(path) : (options.shownPath?.(path) ?? path));
  try {
    const files = { paths, rejectFile, by: await nameOf(deps, load), shownPath };
    const asked = { ...loadOptionsOf(request, files), ...options, shownPath };
    const report = await loadAndRecord(deps, asked, { origin: 'upload' }, watch);
    const rejectsKey = await keepRejects(deps, load, rejectFile);
    return { state: 'succeeded', report: withoutFolders(told(loadFields(report)), folder), failure: null, rejectsKey };
  } catch (error) {
    if (!isFaultOfFiles(error)) throw error;
    const { message, errors = [] } = error;
    const said = withoutFolders(told({ message, errors }), folder) as { readonly message: string };
    return failed(said.message, await keepRejects(deps, load, rejectFile));
  }
}

async function loadIn(
  deps: Loading,
  load: RemoteLoad,
  { request, folder, rejectFile }: Work,
  watch: LoadWatch,
): Promise<RemoteLoadEnd> {
  const uploads: string[] = [];
  let isFetched = false;
  try {
    for (const id of load.uploadIds) uploads.push(await gather(deps, id, `${folder}/in`));
    const requests =
      load.addresses.length === 0 ? [] : openRequests(deps, load.id, await deps.db.remoteLoads.sealed(load.id));
    const fetching = (source: LoadSource, to: string) => source.fetch(to, { signal: watch.signal });
    return await withFetched(deps, { paths: uploads, requests }, { fetching }, (fetched) => {
      isFetched = true;
      return loadFiles(deps, load, { request, folder, rejectFile, uploads, fetched }, watch);
    });
  } catch (error) {
    watch.signal.throwIfAborted();
    // Who is away there is no fault of this server, and its operator asks again.
    if (isFetched || !(isFaultOfFiles(error) || isConveyanceError(error, 'unavailable'))) throw error;
    if (load.addresses.length > 0) {
      const sources = [...uploads.map(fileNameOf), ...load.addresses];
      const options = loadOptionsOf(request, {
        paths: [],
        rejectFile: null,
        by: await nameOf(deps, load),
      });
      await recordUnfetched(deps, options, { cause: { origin: 'upload', sources }, error });
    }
    return failed(error.message, null);
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
  // Beside it: of addresses alone there is nothing in the folder, and so no folder.
  const rejects = `${scratch}-rejects.csv`;
  const folder = await deps.store.scratch(scratch);
  const rejectFile = await deps.store.scratch(rejects);
  try {
    return await loadIn(deps, load, { request, folder, rejectFile }, watch);
  } finally {
    await deps.store.discard(scratch);
    await deps.store.discard(rejects);
  }
}
