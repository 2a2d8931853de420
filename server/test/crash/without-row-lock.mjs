// node --import THIS PROGRAM: the program with a fault. Whoever changes a month of the quota no longer waits for the others of the account;
// and creates take no turns, which would hide it.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const FAULTS = [
  { file: '/postgres/stores/quota.js', right: 'for no key update of month', wrong: '' },
  {
    file: '/postgres/database.js',
    right: 'creates.run(accountId, null, work)',
    wrong: 'work()',
  },
];

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const fault = FAULTS.find(({ file }) => url.endsWith(file));
  if (fault === undefined) return loaded;
  const source = String(loaded.source);
  if (source.split(fault.right).length !== 2) throw new Error(`${fault.file} was to have one ${fault.right}`);
  return { ...loaded, source: source.replace(fault.right, fault.wrong) };
}

// Hooks run in a thread of their own, which loads this file too.
if (isMainThread) register(import.meta.url);
