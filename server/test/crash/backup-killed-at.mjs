// CONVEYANCE_TEST_KILLED_AT=STEP node --import THIS PROGRAM: the program, which kills itself when a backup or a restore has come so far.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const KILL = `process.kill(process.pid, 'SIGKILL');`;

function before(file, right) {
  return { file, right, wrong: `${KILL}\n${right}` };
}

const FIRST_OBJECT = before('/storage/copy-object.js', 'return isSame;');

const STEPS = {
  'tables copied': [before('/backup/make.js', 'const { objects, missing, ...copied }')],
  'an object copied': [FIRST_OBJECT],
  'no header yet': [before('/backup/make.js', 'await writeHeader(place, header);')],
  marked: [before('/backup/restore.js', 'const objects = await copyBack(')],
  'rows filled': [before('/postgres/backup/target.js', `await client.query('commit');`)],
  // The fault that the test must see: nothing says that the database is unfinished.
  'an object copied, unmarked': [
    FIRST_OBJECT,
    { file: '/backup/restore.js', right: 'await target.begin(header.id);', wrong: '' },
  ],
};

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const changes = (STEPS[process.env['CONVEYANCE_TEST_KILLED_AT']] ?? []).filter(({ file }) => url.endsWith(file));
  if (changes.length === 0) return loaded;
  let source = String(loaded.source);
  for (const { file, right, wrong } of changes) {
    if (source.split(right).length !== 2) throw new Error(`${file} was to have one ${right}`);
    source = source.replace(right, wrong);
  }
  return { ...loaded, source };
}

// Hooks run in a thread of their own, which loads this file too.
if (isMainThread) register(import.meta.url);
