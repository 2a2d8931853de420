// CONVEYANCE_TEST_KILLED_AT=STEP node --import THIS PROGRAM: the program, which kills itself when a result has come so far.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const KILL = `process.kill(process.pid, 'SIGKILL')`;

/** Of the first piece, the store has the bytes. */
const AFTER_FIRST_PIECE = {
  file: '/storage/disk/object-file.js',
  right: 'if (this.#waiting >= WRITE_BYTES)\n            await this.#flush();',
  wrong: `await this.#flush();\n        await this.#writing;\n        ${KILL};`,
};

const STEPS = {
  'pipe open': [{ file: '/duckdb/parts-in-turn.js', right: 'const reader = readPipe(path);', wrong: `${KILL};` }],
  'first bytes': [AFTER_FIRST_PIECE],
  'engine done': [{ file: '/storage/disk/object-file.js', right: 'await this.#file.sync();', wrong: `${KILL};` }],
  'file in place': [
    {
      file: '/storage/disk/object-file.js',
      right: 'await this.#place.settle();',
      wrong: `await this.#place.settle();\n        ${KILL};`,
    },
  ],
  // The fault that the test must see: a file is made where it is read.
  'first bytes in place': [
    AFTER_FIRST_PIECE,
    {
      file: '/storage/disk/disk.js',
      right: 'path: unfinished,',
      wrong: 'path: (await mkdir(dirname(path), { recursive: true }), path),',
    },
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
