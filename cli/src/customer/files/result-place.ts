/** Where the result files of a file job go: a directory, one file, or standard output. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type Conveyance, type FileJob, IntegrityError } from '@conveyance/sdk';
import { createPrivateFile, type DownloadedFile, downloadFiles } from '@conveyance/sdk/node';
import { usage } from '../../terminal/errors.ts';
import { kindOf } from '../../terminal/files.ts';
import { LineOutput } from '../../terminal/line-output.ts';
import type { Stage } from '../../terminal/stages.ts';
import { STANDARD_OUTPUT } from '../../terminal/standard-streams.ts';
import { formatBytes } from '../../terminal/table.ts';
import type { World } from '../../terminal/world.ts';

export type ResultPlace =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string };

/** Throws if the place is taken or does not exist. */
export async function chooseResultPlace(output: string | undefined, force: boolean): Promise<ResultPlace> {
  if (output === STANDARD_OUTPUT) return { kind: 'stdout' };
  const path = resolve(output ?? '.');
  const kind = await kindOf(path);
  if (kind === 'directory') return { kind: 'directory', path };
  if ((await kindOf(dirname(path))) !== 'directory') throw usage(`--output: there is no directory ${dirname(path)}`);
  if (kind === 'file' && !force) {
    throw usage(`${path} exists already; --force replaces it, --output names another place for ${basename(path)}`);
  }
  return { kind: 'file', path };
}

export interface WrittenFile {
  /** Null for standard output. */
  readonly path: string | null;
  /** Null where rows are not lines. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly sha256: string;
}

/** Reads a result as it passes, to report what is in it. */
export interface ResultTally {
  add(chunk: Uint8Array): void;
  readonly rows: number;
  /** For `--json`. */
  readonly counts: Readonly<Record<string, unknown>>;
  /** One readable line. */
  readonly summary: string;
}

export interface Fetching {
  readonly client: Conveyance;
  readonly job: FileJob;
  readonly world: Pick<World, 'stdout' | 'interrupt'>;
  readonly stage: Stage;
  /** False starts from the beginning whatever an earlier run has left. */
  readonly resume: boolean;
  /** Sees all bytes, in order. */
  readonly tally?: ResultTally;
}

/**
 * Fetches and verifies all files of the job. Into one file or to standard output they go one after the other, as lines can. Null if
 * standard output was closed early, as by `| head`: then nothing was verified.
 */
export async function fetchResults(fetching: Fetching, place: ResultPlace): Promise<readonly WrittenFile[] | null> {
  switch (place.kind) {
    case 'stdout':
      return pourOut(fetching);
    case 'directory':
      return tallied(fetching, await download(fetching, place.path));
    case 'file':
      return tallied(fetching, await gather(fetching, place.path));
  }
}

/** From the finished files: they include what an earlier run has fetched. */
async function tallied({ tally }: Fetching, files: readonly WrittenFile[]): Promise<readonly WrittenFile[]> {
  if (tally === undefined) return files;
  for (const { path } of files) {
    if (path !== null) for await (const chunk of createReadStream(path)) tally.add(chunk);
  }
  // Rows that may contain line ends are counted by code that knows them.
  const [file] = files;
  return file !== undefined && files.length === 1 ? [{ ...file, rows: tally.rows }] : files;
}

function download(
  { client, job, world, stage, resume }: Fetching,
  target: Parameters<typeof downloadFiles>[2],
): Promise<readonly DownloadedFile[]> {
  return downloadFiles(client, job.id, target, {
    signal: world.interrupt,
    resume,
    onProgress({ file, files, bytes, totalBytes }) {
      const of = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`;
      const done = totalBytes === null || totalBytes === 0 ? 0 : bytes / totalBytes;
      stage.progress(file - 1 + done, files, `file ${file} of ${files}, ${formatBytes(bytes)}${of}`);
    },
  });
}

async function gather(fetching: Fetching, path: string): Promise<readonly WrittenFile[]> {
  const pieces = await download(fetching, ({ index, count }) => (count === 1 ? path : `${path}.${index}`));
  if (pieces.length === 1) return pieces;
  const whole = `${path}.whole`;
  const hash = createHash('sha256');
  const file = await createPrivateFile(whole);
  try {
    for (const piece of pieces) {
      for await (const chunk of createReadStream(piece.path)) {
        hash.update(chunk);
        await file.appendFile(chunk);
      }
      await rm(piece.path);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(whole, path);
  const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);
  return [
    {
      path,
      rows: sum(pieces.map(({ rows }) => rows ?? 0)),
      bytes: sum(pieces.map(({ bytes }) => bytes)),
      sha256: hash.digest('hex'),
    },
  ];
}

const NEWLINE = 0x0a;

async function pourOut({ client, job, world, stage, tally }: Fetching): Promise<readonly WrittenFile[] | null> {
  const output = new LineOutput(world);
  const written: WrittenFile[] = [];
  for await (const { body, sha256: expected, index, count } of client.files.open(job.id, { signal: world.interrupt })) {
    const hash = createHash('sha256');
    let [bytes, rows] = [0, 0];
    for await (const chunk of body) {
      hash.update(chunk);
      tally?.add(chunk);
      bytes += chunk.byteLength;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows++;
      stage.progress(index, count, `file ${index + 1} of ${count}, ${formatBytes(bytes)}`);
      if (!(await output.write(chunk))) return null;
    }
    const sha256 = hash.digest('hex');
    if (expected !== null && expected !== sha256) {
      throw new IntegrityError('sha256 of what was written to standard output', { expected, actual: sha256 });
    }
    written.push({ path: null, rows, bytes, sha256 });
  }
  return written;
}
