/** A report job's file on standard output, verified as it passes. */

import { createHash } from 'node:crypto';
import { IntegrityError } from '@conveyance/sdk';
import type { DownloadedExport } from '@conveyance/sdk/node';
import { usage } from '../../terminal/errors.ts';
import { LineOutput } from '../../terminal/line-output.ts';
import { formatBytes } from '../../terminal/table.ts';
import type { World } from '../../terminal/world.ts';
import type { Following } from './follow-report-job.ts';

/** Throws if the bytes would only upset a terminal. */
export function requireReadable(
  job: { output_format: string; compression?: string },
  { stdout }: Pick<World, 'stdout'>,
) {
  const isBinary = job.output_format === 'parquet' || (job.compression ?? 'none') !== 'none';
  if (!isBinary || stdout.isTTY !== true) return;
  throw usage('--output -: this file is not for a terminal; redirect it (> FILE), or choose --format csv');
}

export type Poured = Pick<DownloadedExport, 'rows' | 'bytes' | 'sha256'>;

/** Null if standard output was closed early, as by `| head`: then nothing was verified. */
export function pourWithBar(
  { client, stages, signal }: Following,
  jobId: string,
  { title, world }: { readonly title: string; readonly world: Pick<World, 'stdout'> },
): Promise<Poured | null> {
  return stages.run(title, async (stage) => {
    const [file] = (await client.exports.manifest(jobId, { signal })).resources;
    if (file === undefined) throw new IntegrityError('files in the manifest', { expected: '1', actual: '0' });
    const output = new LineOutput(world);
    const hash = createHash('sha256');
    let bytes = 0;
    const { body } = await client.exports.open(jobId, { signal });
    for await (const chunk of body) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      stage.progress(bytes, file.bytes, `${formatBytes(bytes)} of ${formatBytes(file.bytes)}`);
      if (await output.write(chunk)) continue;
      stage.cutShort('Output was closed.');
      return null;
    }
    const sha256 = hash.digest('hex');
    if (sha256 !== file.sha256) {
      const what = 'sha256 of what was written to standard output';
      throw new IntegrityError(what, { expected: file.sha256, actual: sha256 });
    }
    stage.result(`${formatBytes(bytes)}, sha256 verified`);
    return { rows: file.rows, bytes, sha256 };
  });
}
