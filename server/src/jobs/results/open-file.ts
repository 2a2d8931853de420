import { accountSuspended } from '../../core/access.ts';
import { entryBy, type NewAuditEntry } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { JobKey, ResultFile } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { LinkedFile } from '../../core/ports/links.ts';
import type { LentPieces } from '../../core/ports/store.ts';
import { resultsErased } from '../read.ts';
import { jobOfResult } from '../result-key.ts';

/** A job's result file, with what was recorded about it when it was sealed. */
export interface OpenFile extends Pick<ResultFile, 'contentType' | 'sha256'> {
  readonly key: string;
  readonly filename: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
  /** Records the download, then reads the file, or the inclusive byte range of it. */
  read(range?: { readonly start: number; readonly end: number }): Promise<LentPieces>;
}

function downloadEntry({ accountId, id }: JobKey, address: string): NewAuditEntry {
  return entryBy({ accountId, credentialId: null, address }, 'file-downloaded', id);
}

/** What a download link opens. The link is the permission: no credential is needed. Throws `link_refused`. */
export function readLink({ links }: Pick<Deps, 'links'>, url: Parameters<Deps['links']['verify']>[0]): LinkedFile {
  const link = links.verify(url);
  if (link !== null) return link;
  throw new ConveyanceError('link_refused', 'The download link is altered or expired; ask for the results again');
}

/** The file of a link. `address`: of the client. Throws `gone`. */
export async function openFile(
  { db, store }: Pick<Deps, 'db' | 'store'>,
  link: LinkedFile,
  address: string,
): Promise<OpenFile> {
  const owner = jobOfResult(link.key);
  const job = owner === null ? null : await db.jobs.get(owner);
  // Asked of the database each time, not remembered: a revocation counts from the next request on, on every node.
  const terms = job === null ? null : await db.accounts.linkTerms(job.accountId);
  if (terms !== null && terms.epoch !== link.epoch) {
    throw new ConveyanceError('link_refused', 'The download link was revoked; ask for the results again');
  }
  if (terms?.isSuspended === true) throw accountSuspended();
  const sealed = job?.results.find((file) => file.key === link.key);
  const found = await store.stat(link.key);
  if (job?.erasedAt !== undefined) throw resultsErased(job.erasedAt);
  if (owner === null || sealed === undefined || found === null) {
    throw new ConveyanceError('gone', 'The file was deleted at the end of its retention');
  }
  const { contentType, sha256 } = sealed;
  return {
    key: link.key,
    filename: link.filename,
    ...found,
    contentType,
    sha256,
    async read(range) {
      await db.audit.append(downloadEntry(owner, address));
      return store.lend(link.key, range);
    },
  };
}
