// node --import THIS PROGRAM: the program without the guards that TEST_WITHOUT tells, as JSON: [{ "file", "from", "to" }], each a text of
// one built file and what stands there instead.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const CHANGES = JSON.parse(process.env.TEST_WITHOUT ?? '[]');

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const changes = CHANGES.filter(({ file }) => url.endsWith(`/server/dist/${file}`));
  if (changes.length === 0) return loaded;
  const source = changes.reduce((text, { file, from, to }) => {
    if (text.split(from).length !== 2) throw new Error(`${file} was to have one ${from}`);
    return text.replace(from, () => to);
  }, String(loaded.source));
  return { ...loaded, source };
}

// Hooks run in a thread of their own, which loads this file too.
if (isMainThread) register(import.meta.url);
