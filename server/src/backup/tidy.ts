/** What goes from a place for backups. Only while no other backup is made there: the database lets one run at a time. */
import type { ObjectStore } from '../core/ports/store.ts';
import { BACKUPS_PREFIX, CONTENT_PREFIX, contentKey, dropHeader, listBackups, readHeader, readLines } from './place.ts';

async function keysUnder(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

/** Deletes what backups that were broken off have left of their own. The content that they copied stays for the next. */
export async function dropUnfinished(store: ObjectStore): Promise<void> {
  const whole = new Set(await listBackups(store));
  for (const key of await keysUnder(store, BACKUPS_PREFIX)) {
    const [id = ''] = key.slice(BACKUPS_PREFIX.length).split('/');
    if (!whole.has(id)) await store.delete(key);
  }
}

/** Deletes all but the newest backups, and content that none of these has. Resolves with the ids that are gone. */
export async function keepNewest(store: ObjectStore, count: number): Promise<readonly string[]> {
  const ids = await listBackups(store);
  const gone = ids.slice(0, Math.max(0, ids.length - count));
  // The header goes first: what is left of a deletion that broke off is no backup.
  for (const id of gone) await dropHeader(store, id);
  await dropUnfinished(store);
  const needed = new Set<string>();
  for (const id of ids.slice(gone.length)) {
    const { objects } = await readHeader(store, id);
    for await (const line of readLines(store, objects.key)) needed.add(contentKey(line.split('\t')[2] ?? ''));
  }
  for (const key of await keysUnder(store, CONTENT_PREFIX)) if (!needed.has(key)) await store.delete(key);
  return gone;
}
