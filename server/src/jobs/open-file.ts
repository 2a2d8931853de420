import { ConveyanceError } from '../core/errors.ts';
import type { Deps } from '../core/ports.ts';

export interface OpenFile {
  readonly key: string;
  readonly filename: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
  /** Streams the file, or the inclusive byte range of it. */
  read(range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array>>;
}

/** The file behind a download link. The link is the permission: no credential is asked for. */
export async function openFile(
  { links, store }: Pick<Deps, 'links' | 'store'>,
  url: { readonly path: string; readonly query: Readonly<Record<string, string>> },
): Promise<OpenFile> {
  const link = links.verify(url);
  if (link === null) {
    throw new ConveyanceError('link_refused', 'The download link is altered or expired; ask for the results again');
  }
  const found = await store.stat(link.key);
  if (found === null) throw new ConveyanceError('gone', 'The file was deleted at the end of its retention');
  return { ...link, ...found, read: (range) => store.open(link.key, range) };
}
