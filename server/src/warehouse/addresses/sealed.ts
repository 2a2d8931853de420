/** What is fetched later, by another process: addresses whole, with who logs in there, sealed for the feed or the load that they are of. */
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { SourceRequest } from '../../core/sources/load-sources.ts';

/** @param owner the id of the feed or the load: elsewhere it cannot be opened. */
export function sealRequests(
  { vault }: Pick<Deps, 'vault'>,
  owner: string,
  requests: readonly SourceRequest[],
): Uint8Array {
  return vault.seal(JSON.stringify(requests), owner);
}

function refuse(why: string, cause?: unknown): never {
  throw new ConveyanceError('load_refused', `What it is fetched with ${why}: make it again`, { cause });
}

/** @param sealed null where it is gone. Throws `load_refused` if nobody can open it any more. */
export function openRequests(
  { vault }: Pick<Deps, 'vault'>,
  owner: string,
  sealed: Uint8Array | null,
): readonly SourceRequest[] {
  if (sealed === null) refuse('was lost when the data was restored without its master key');
  let text: string;
  try {
    text = vault.open(sealed, owner);
  } catch (error) {
    return refuse('was sealed under a key that is gone', error);
  }
  return JSON.parse(text) as readonly SourceRequest[];
}
