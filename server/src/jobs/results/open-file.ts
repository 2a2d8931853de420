import type { NewAuditEntry } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { JobKey, ResultFile } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { jobOfResult } from '../result-key.ts';

export interface OpenFile {
  readonly key: string;
  readonly filename: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
  /** What was recorded when the file was sealed; null for a file that is no job's result. */
  readonly sealed: Pick<ResultFile, 'contentType' | 'sha256'> | null;
  /** Writes the download down, then streams the file, or the inclusive byte range of it. */
  read(range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array>>;
}

async function sealedResult({ db }: Pick<Deps, 'db'>, owner: JobKey | null, key: string): Promise<ResultFile | null> {
  const job = owner === null ? null : await db.jobs.get(owner);
  return job?.results.find((file) => file.key === key) ?? null;
}

function downloadEntry({ accountId, id }: JobKey, address: string): NewAuditEntry {
  return { event: 'file-downloaded', accountId, credentialId: null, jobId: id, address, properties: null };
}

/** The file behind a download link. The link is the permission: no credential is asked for. `address`: of who asks. */
export async function openFile(
  { db, links, store }: Pick<Deps, 'db' | 'links' | 'store'>,
  url: { readonly path: string; readonly query: Readonly<Record<string, string>> },
  address: string,
): Promise<OpenFile> {
  const link = links.verify(url);
  if (link === null) {
    throw new ConveyanceError('link_refused', 'The download link is altered or expired; ask for the results again');
  }
  const found = await store.stat(link.key);
  if (found === null) throw new ConveyanceError('gone', 'The file was deleted at the end of its retention');
  const owner = jobOfResult(link.key);
  const sealed = await sealedResult({ db }, owner, link.key);
  return {
    ...link,
    ...found,
    sealed,
    async read(range) {
      if (owner !== null) await db.audit.append(downloadEntry(owner, address));
      return store.open(link.key, range);
    },
  };
}
