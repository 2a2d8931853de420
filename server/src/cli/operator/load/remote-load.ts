/** `conveyance load --server`: files of this machine become a data version of a server elsewhere. */
import { createWriteStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Output, usage } from '@conveyance/cli/terminal';
import { ConveyanceError } from '../../../core/errors.ts';
import { PRIVATE_FILE_MODE } from '../../../core/ports/store.ts';
import type { GivenFormat } from '../../../warehouse/formats/text-format.ts';
import type { NullInvalid } from '../../../warehouse/load/column-mapping.ts';
import type { LoadFields } from '../../../warehouse/remote/load-fields.ts';
import { isFileName } from '../../../warehouse/remote/uploads.ts';
import { tableOf as tableOfPath } from '../../../warehouse/source-files.ts';
import type { World } from '../../world/world.ts';
import type { MappingFile } from './mapping-file.ts';
import { type RemoteFile, RemoteServer } from './remote-server.ts';
import { resultOf, sayWhatWasChanged, sayWhatWasRejected, tableOf } from './report.ts';

export interface RemoteOptions {
  readonly server: string;
  readonly table: string | null;
  readonly columnNames: ReadonlyMap<string, string>;
  readonly mapping: MappingFile | null;
  readonly format: GivenFormat;
  readonly dryRun: boolean;
  readonly maxRejects: number;
  readonly nullInvalid: NullInvalid;
  readonly note: string | null;
  readonly rejectFile: string | null;
}

/** A folder stands for the files in it; patterns are the shell's to expand. */
async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw usage(error.code === 'ENOENT' ? `there is no file at ${path}` : `${path} cannot be read: ${error.message}`);
  });
  if (!found.isDirectory()) return [path];
  const inside = await readdir(path, { withFileTypes: true });
  const files = inside.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  return files.map(({ name }) => join(path, name)).sort();
}

/** The name says which table the file fills; where its folder said so, the folder's name is put before it. */
function named(path: string, { table, mapping }: RemoteOptions): RemoteFile {
  const name = basename(path);
  const byFolder = table === null && mapping === null && tableOfPath(name) === null ? tableOfPath(path) : null;
  const shown = byFolder === null ? name : `${byFolder.name}-${name}`;
  if (isFileName(shown)) return { path, name: shown };
  throw usage(
    `${path} cannot be sent under the name ${shown}: it begins with a point, or is longer than 200 characters`,
  );
}

function requestOf(options: RemoteOptions) {
  const { headerLine, ...format } = options.format;
  const { mapping, columnNames, nullInvalid } = options;
  return {
    table: options.table,
    ...(columnNames.size > 0 && { column_names: Object.fromEntries(columnNames) }),
    mapping: mapping === null ? null : { name: mapping.name, document: mapping.document },
    format: { ...format, ...(headerLine !== undefined && { header_line: headerLine }) },
    dry_run: options.dryRun,
    max_rejects: options.maxRejects,
    null_invalid: nullInvalid === 'all' ? nullInvalid : [...nullInvalid],
    note: options.note,
  };
}

function serverOf(url: string, { env, interrupt }: World): RemoteServer {
  const token = env['CONVEYANCE_TOKEN'] ?? '';
  if (token !== '') return new RemoteServer({ url, token, signal: interrupt });
  throw usage('CONVEYANCE_TOKEN is not set: with --server it is an operator’s token', [
    'on the server’s machine: conveyance tokens create --operator --name loads --expires 90d',
  ]);
}

/** Sends the files, has them loaded, and tells what became of them, as a load on the data does. */
export async function loadRemotely(
  paths: readonly string[],
  options: RemoteOptions,
  { out, world }: { readonly out: Output; readonly world: World },
): Promise<void> {
  const server = serverOf(options.server, world);
  const files = (await Promise.all(paths.map(filesAt))).flat().map((path) => named(path, options));
  const uploads: string[] = [];
  for (const file of files) uploads.push(await server.send(file, out.stages));
  const title = options.dryRun ? 'Check the files' : 'Load the files';
  const load = await server.load(uploads, requestOf(options), title, out.stages);
  const report = load.report as LoadFields | null;
  if (load.has_rejects && options.rejectFile !== null) {
    const { body } = await server.rejects(load);
    const target = createWriteStream(options.rejectFile, { mode: PRIVATE_FILE_MODE });
    if (body !== null) await pipeline(Readable.fromWeb(body), target, { signal: world.interrupt });
  }
  if (report === null) throw new ConveyanceError('load_refused', load.failure ?? 'the load failed');
  const told = { ...report, reject_file: report.rejected > 0 ? options.rejectFile : null };
  out.say(resultOf(told));
  sayWhatWasChanged(out, told, options.mapping !== null);
  sayWhatWasRejected(out, told);
  out.data(told, tableOf(told));
}
