/** Whether a bucket lets us do what jobs need, asked before the first job does. */
import { randomUUID } from 'node:crypto';
import { ConveyanceError } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports/store.ts';
import { statusOf } from './faults.ts';

const DIRECTORY = 'probe';
const LEFT_MS = 3_600_000;
const CONTENT = Buffer.from('conveyance');

/** The store's own words, which name neither keys nor secrets. */
function reasonOf(error: unknown): string {
  const cause = error instanceof ConveyanceError && error.cause !== undefined ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const status = statusOf(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return [status, code, cause.message].filter((word) => word !== undefined && word !== '').join(' ');
}

/** Writes, reads, lists and deletes an object. Throws `bad_setting` with what could not be done, and the store's reason. */
export async function probeBucket(store: ObjectStore, location: string): Promise<void> {
  const key = `${DIRECTORY}/${randomUUID()}`;
  const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      throw new ConveyanceError(
        'bad_setting',
        `CONVEYANCE_STORAGE: cannot ${what} in ${location}: ${reasonOf(error)}`,
        {
          cause: error,
        },
      );
    }
  };
  await step('write', async () => {
    const writer = await store.create(key);
    await writer.write(CONTENT);
    await writer.finish();
  });
  await step('read', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of await store.open(key)) pieces.push(piece);
    if (!Buffer.concat(pieces).equals(CONTENT)) throw new Error('what was read is not what was written');
  });
  await step('list', async () => {
    let isListed = false;
    for await (const found of store.list(`${DIRECTORY}/`)) {
      isListed ||= found.key === key;
      // Of a process that died in the middle of this.
      if (Date.now() - found.modifiedAt.getTime() > LEFT_MS) await store.delete(found.key);
    }
    if (!isListed) throw new Error('what was written is not listed');
  });
  await step('list unfinished uploads', () => store.abandon(DIRECTORY));
  await step('delete', () => store.delete(key));
}
