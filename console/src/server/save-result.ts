import { client } from './client.ts';

/** The link is the permission, so the browser fetches the file by itself, and can go on where it was broken off. */
export async function saveResult(jobId: string, filename: string): Promise<void> {
  const anchor = document.createElement('a');
  anchor.href = await client.exports.resultLink(jobId);
  anchor.download = filename;
  anchor.click();
}
