// node --import THIS PROGRAM: the program with a fault. Whoever changes a month of the quota no longer waits for the others of the account.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const LOCK = '.forUpdate()';

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!url.endsWith('/postgres/stores/quota.js')) return loaded;
  const source = String(loaded.source);
  if (source.split(LOCK).length !== 2) throw new Error(`postgres/stores/quota.js was to have one ${LOCK}`);
  return { ...loaded, source: source.replace(LOCK, '') };
}

// Hooks run in a thread of their own, which loads this file too.
if (isMainThread) register(import.meta.url);
