/** One customer's requests, answered one after the other. */
import type { Caller } from '../core/access.ts';
import { isConveyanceError } from '../core/errors.ts';
import type { Deps } from '../core/ports/deps.ts';
import {
  type OpenDirectory,
  openDirectory,
  openResult,
  readEntry,
  type TreeEntry,
} from '../jobs/results/result-tree.ts';
import {
  attrsAnswer,
  dataAnswer,
  handleAnswer,
  namesAnswer,
  pathAnswer,
  STATUS,
  type StatusCode,
  statusAnswer,
  versionAnswer,
} from './answers.ts';
import type { SftpLimits } from './limits.ts';
import { MalformedPacket, parseRequest, type Request } from './packets.ts';
import { formatPath, parsePath } from './paths.ts';
import { type KeptBytes, ResultReader } from './result-reader.ts';

export type SftpDeps = Pick<Deps, 'db' | 'store' | 'secrets' | 'clock' | 'log'>;

/** A client that asks for more gets this much and asks again. OpenSSH's client accepts answers of at most 256 KiB, headers included. */
const MOST_READ_BYTES = 255 * 1_024;
/** One answer stays below 34,000 bytes, which every client accepts. */
const NAMES_PER_ANSWER = 100;
const READ_ONLY = 0x1;

type OpenHandle =
  | { readonly kind: 'file'; readonly entry: TreeEntry; readonly reader: ResultReader }
  | { readonly kind: 'directory'; readonly directory: OpenDirectory; begun: boolean };

type HandleLimits = Pick<SftpLimits, 'files' | 'directories'>;

/** In every directory, before what is in it. */
const DOTS: readonly TreeEntry[] = ['.', '..'].map((name) => ({ kind: 'directory', name }));

/** A refusal in the words of the protocol. */
class Refusal extends Error {
  readonly status: StatusCode;

  constructor(status: StatusCode, message: string) {
    super(message);
    this.status = status;
  }
}

function pathOf({ path }: { readonly path: string | null }): readonly string[] {
  const names = parsePath(path);
  if (names === null) throw new Refusal(STATUS.noSuchFile, 'There is no such file');
  return names;
}

export class SftpSession {
  readonly #deps: SftpDeps;
  readonly #caller: Caller;
  readonly #limits: HandleLimits;
  readonly #handles = new Map<number, OpenHandle>();
  readonly #kept: KeptBytes = { bytes: 0 };
  #nextHandle = 0;
  #greeted = false;

  constructor(deps: SftpDeps, caller: Caller, limits: HandleLimits) {
    this.#deps = deps;
    this.#caller = caller;
    this.#limits = limits;
  }

  /** True while a file is open, which may be a download in progress. */
  get isBusy(): boolean {
    return [...this.#handles.values()].some(({ kind }) => kind === 'file');
  }

  /** The answer to one packet. Throws `MalformedPacket` for anything but a request. */
  async answer(packet: Uint8Array): Promise<Buffer> {
    const request = parseRequest(packet);
    if ((request.kind === 'init') === this.#greeted) throw new MalformedPacket('INIT comes first, and once');
    this.#greeted = true;
    if (request.kind === 'init') return versionAnswer();
    try {
      return await this.#answer(request);
    } catch (error) {
      return this.#refuse(request.id, error);
    }
  }

  async close(): Promise<void> {
    const handles = [...this.#handles.values()];
    this.#handles.clear();
    await Promise.all(handles.map((handle) => handle.kind === 'file' && handle.reader.close()));
  }

  #answer(request: Exclude<Request, { readonly kind: 'init' }>): Promise<Buffer> | Buffer {
    switch (request.kind) {
      case 'open':
        return this.#open(request);
      case 'read':
        return this.#read(request);
      case 'close':
        return this.#close(request);
      case 'stat':
      case 'lstat':
        return this.#stat(request);
      case 'fstat':
        return this.#statHandle(request);
      case 'opendir':
        return this.#openDirectory(request);
      case 'readdir':
        return this.#readDirectory(request);
      case 'realpath':
        return pathAnswer(request.id, formatPath(pathOf(request)));
      case 'readlink':
        throw new Refusal(STATUS.noSuchFile, 'There are no links here');
      case 'change':
        throw new Refusal(STATUS.permissionDenied, 'Results are read-only');
      case 'unknown':
        throw new Refusal(STATUS.unsupported, 'This request is not supported');
    }
  }

  #refuse(id: number, error: unknown): Buffer {
    if (error instanceof Refusal) return statusAnswer(id, error.status, error.message);
    if (isConveyanceError(error, 'not_found')) return statusAnswer(id, STATUS.noSuchFile, 'There is no such file');
    if (isConveyanceError(error, 'forbidden')) return statusAnswer(id, STATUS.permissionDenied, error.message);
    this.#deps.log.error('sftp-request-failed', { accountId: this.#caller.accountId, error });
    return statusAnswer(id, STATUS.failure, 'The server could not do this; try again later');
  }

  #keep(handle: OpenHandle): number {
    const number = this.#nextHandle;
    this.#nextHandle = (number + 1) % 2 ** 32;
    this.#handles.set(number, handle);
    return number;
  }

  #refuseMore(kind: OpenHandle['kind']): void {
    const isFile = kind === 'file';
    const most = isFile ? this.#limits.files : this.#limits.directories;
    const open = [...this.#handles.values()].filter((handle) => handle.kind === kind).length;
    if (open < most) return;
    const what = isFile ? 'files' : 'directories';
    throw new Refusal(STATUS.failure, `Close one of the ${what} first: ${most} are open, more are not allowed`);
  }

  #handle<Kind extends OpenHandle['kind']>(number: number | null, kind: Kind): Extract<OpenHandle, { kind: Kind }> {
    const handle = number === null ? undefined : this.#handles.get(number);
    if (handle === undefined || handle.kind !== kind) throw new Refusal(STATUS.failure, 'This handle is not open');
    return handle as Extract<OpenHandle, { kind: Kind }>;
  }

  async #open({ id, flags, ...request }: Extract<Request, { kind: 'open' }>): Promise<Buffer> {
    if (flags !== READ_ONLY) throw new Refusal(STATUS.permissionDenied, 'Results are read-only');
    this.#refuseMore('file');
    const path = pathOf(request);
    const source = await openResult(this.#deps, this.#caller, path);
    const { bytes, modifiedAt } = source;
    const entry: TreeEntry = { kind: 'file', name: path.at(-1) ?? '', bytes, modifiedAt };
    return handleAnswer(id, this.#keep({ kind: 'file', entry, reader: new ResultReader(source, this.#kept) }));
  }

  async #read({ id, handle, offset, length }: Extract<Request, { kind: 'read' }>): Promise<Buffer> {
    const { reader } = this.#handle(handle, 'file');
    // Beyond 2^53 every file has ended.
    const from = Number(offset > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : offset);
    const pieces = await reader.read(from, Math.min(length, MOST_READ_BYTES));
    if (pieces.length === 0 && length > 0) return statusAnswer(id, STATUS.endOfFile, 'End of file');
    return dataAnswer(id, pieces);
  }

  async #close({ id, handle }: { readonly id: number; readonly handle: number | null }): Promise<Buffer> {
    const open = handle === null ? undefined : this.#handles.get(handle);
    if (handle === null || open === undefined) throw new Refusal(STATUS.failure, 'This handle is not open');
    this.#handles.delete(handle);
    if (open.kind === 'file') await open.reader.close();
    return statusAnswer(id, STATUS.ok, 'Closed');
  }

  async #stat({ id, ...request }: { readonly id: number; readonly path: string | null }): Promise<Buffer> {
    const entry = await readEntry(this.#deps, this.#caller, pathOf(request));
    return attrsAnswer(id, entry, this.#deps.clock());
  }

  #statHandle({ id, handle }: { readonly id: number; readonly handle: number | null }): Buffer {
    return attrsAnswer(id, this.#handle(handle, 'file').entry, this.#deps.clock());
  }

  async #openDirectory({ id, ...request }: { readonly id: number; readonly path: string | null }): Promise<Buffer> {
    this.#refuseMore('directory');
    const directory = await openDirectory(this.#deps, this.#caller, pathOf(request));
    return handleAnswer(id, this.#keep({ kind: 'directory', directory, begun: false }));
  }

  async #readDirectory({ id, handle }: { readonly id: number; readonly handle: number | null }): Promise<Buffer> {
    const open = this.#handle(handle, 'directory');
    const dots = open.begun ? [] : DOTS;
    const entries = [...dots, ...(await open.directory.next(NAMES_PER_ANSWER - dots.length))];
    open.begun = true;
    if (entries.length === 0) return statusAnswer(id, STATUS.endOfFile, 'End of the list');
    return namesAnswer(id, entries, this.#deps.clock());
  }
}
