/** Rows that loads rejected, kept for whoever looks into it. */
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { GIB } from '../../core/size.ts';
import { MS_PER_DAY } from '../../core/time.ts';
import type { LoadRecord } from '../../core/versions/load-record.ts';

export const LOAD_REJECTS_PREFIX = 'load-rejects/';
export const REJECTS_KEPT_DAYS = 30;
/** Of all loads: the oldest go first. */
const MOST_BYTES = GIB;
/** How long what became of a load can be asked for. */
export const LOADS_KEPT_DAYS = 400;

export function rejectsKey(number: number): string {
  return `${LOAD_REJECTS_PREFIX}${number}.csv`;
}

/** Throws `not_found` if there is no such load, none was rejected, or they are not kept any more. */
export async function openRejects(
  { store }: Pick<Deps, 'store'>,
  { number, rejected, rejectsKey: key }: LoadRecord,
): Promise<AsyncIterable<Uint8Array>> {
  if (rejected === 0 && key === null) throw new ConveyanceError('not_found', `No row of load ${number} was rejected`);
  const gone = () =>
    new ConveyanceError(
      'not_found',
      `The rejected rows of load ${number} are not kept any more, or were not brought here by a restore`,
    );
  if (key === null) throw gone();
  try {
    return await store.open(key);
  } catch (error) {
    throw isConveyanceError(error, 'not_found') ? gone() : error;
  }
}

/** Throws `not_found`. */
export async function readLoad({ db }: Pick<Deps, 'db'>, number: number): Promise<LoadRecord> {
  const load = await db.loads.get(number);
  if (load === null) throw new ConveyanceError('not_found', `There is no load ${number} (any more)`);
  return load;
}

/** Deletes rejected rows that are past their time, or more than are kept. */
export async function sweepRejects({ db, store, clock }: Pick<Deps, 'db' | 'store' | 'clock'>): Promise<number> {
  const youngest = clock().getTime() - REJECTS_KEPT_DAYS * MS_PER_DAY;
  const kept: { readonly key: string; readonly bytes: number; readonly at: number }[] = [];
  for await (const { key, bytes, modifiedAt } of store.list(LOAD_REJECTS_PREFIX)) {
    kept.push({ key, bytes, at: modifiedAt.getTime() });
  }
  let bytes = 0;
  const doomed = kept
    .sort((one, other) => other.at - one.at)
    .filter((each) => {
      bytes += each.bytes;
      return each.at < youngest || bytes > MOST_BYTES;
    })
    .map(({ key }) => key);
  await db.loads.forgetRejects(doomed);
  for (const key of doomed) await store.delete(key);
  return doomed.length;
}
