/** Fresh links to the files of a file job: a link lives ten minutes, and a page longer. */
import type { FileJob } from '@conveyance/sdk';
import { client } from '../../server/client.ts';

export interface FileFacts {
  readonly index: number;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Beyond these a page of files says nothing to anybody; all can still be fetched. */
const MOST_ASKED = 40;

export async function freshLink(jobId: string, index: number): Promise<string> {
  const { result_urls: links, message } = await client.files.get(jobId);
  const link = links[index];
  if (link === undefined) throw new Error(message ?? 'The file is not there any more; send the job again');
  return link;
}

/** As the file is called when it is saved. */
function nameOf(link: string): string {
  return new URL(link, window.location.href).searchParams.get('filename') ?? 'file';
}

async function factsOf(link: string, index: number): Promise<FileFacts> {
  const { ok, status, headers } = await fetch(link, { method: 'HEAD' });
  if (!ok) throw new Error(`The server says HTTP ${status} of the file ${nameOf(link)}; open the page again`);
  const sha256 = (headers.get('etag') ?? '').replaceAll('"', '');
  return { index, name: nameOf(link), bytes: Number(headers.get('content-length')), sha256 };
}

/** In turn: a link may be asked for a few times at once only, and so may a server. */
export async function fileFacts(jobId: string): Promise<readonly FileFacts[]> {
  const { result_urls: links }: FileJob = await client.files.get(jobId);
  const facts: FileFacts[] = [];
  for (const [index, link] of links.slice(0, MOST_ASKED).entries()) facts.push(await factsOf(link, index));
  return facts;
}
