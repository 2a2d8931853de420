import type { NewAuditEntry } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { JobKey, ResultFile } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { jobOfResult } from '../result-key.ts';

/** A job's result file, with what was recorded about it when it was sealed. */
export interface OpenFile extends Pick<ResultFile, 'contentType' | 'sha256'> {
  readonly key: string;
  readonly filename: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
  /** Records the download, then streams the file, or the inclusive byte range of it. */
  read(range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array>>;
}

function downloadEntry({ accountId, id }: JobKey, address: string): NewAuditEntry {
  return { event: 'file-downloaded', accountId, credentialId: null, jobId: id, address, properties: null };
}

/** The file behind a download link. The link is the permission: no credential is needed. `address`: of the client. */
export async function openFile(
  { db, links, store }: Pick<Deps, 'db' | 'links' | 'store'>,
  url: { readonly path: string; readonly query: Readonly<Record<string, string>> },
  address: string,
): Promise<OpenFile> {
  const link = links.verify(url);
  if (link === null) {
    throw new ConveyanceError('link_refused', 'The download link is altered or expired; ask for the results again');
  }
  const owner = jobOfResult(link.key);
  const job = owner === null ? null : await db.jobs.get(owner);
  const sealed = job?.results.find((file) => file.key === link.key);
  const found = await store.stat(link.key);
  if (owner === null || sealed === undefined || found === null) {
    throw new ConveyanceError('gone', 'The file was deleted at the end of its retention');
  }
  const { contentType, sha256 } = sealed;
  return {
    ...link,
    ...found,
    contentType,
    sha256,
    async read(range) {
      await db.audit.append(downloadEntry(owner, address));
      return store.open(link.key, range);
    },
  };
}
