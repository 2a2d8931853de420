// node --import THIS PROGRAM: the program with a fault. What the driver says of a database that is away leaves the adapter as it is.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const TOLD = 'new DatabaseAway(error)';

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!url.endsWith('/postgres/connection/away.js')) return loaded;
  const source = String(loaded.source);
  if (source.split(TOLD).length !== 4) throw new Error(`postgres/connection/away.js was to have three ${TOLD}`);
  return { ...loaded, source: source.replaceAll(TOLD, 'error') };
}

// Hooks run in a thread of their own, which loads this file too.
if (isMainThread) register(import.meta.url);
