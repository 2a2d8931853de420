/** Files with customers' data or secrets are for the server's own user: other users of its machine read nothing. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createIntake } from '../../src/intake/intake.ts';
import { createDiskStore } from '../../src/storage/disk/disk.ts';

const SOURCE = resolve(import.meta.dirname, '../../src');

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'conveyance-modes-'));
});
afterEach(() => rm(root, { recursive: true }));

/** The mode of everything in the directory, by its path there. */
async function modesIn(directory: string): Promise<ReadonlyMap<string, string>> {
  const modes = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    modes.set(path.slice(directory.length + 1), ((await stat(path)).mode & 0o777).toString(8));
  }
  return modes;
}

async function* uploadOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(
    `--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${text}\r\n` +
      '--b\r\nContent-Disposition: form-data; name="job_type"\r\n\r\nmatch\r\n--b--\r\n',
  );
}

describe('readable by the owner alone, with the umask of most systems:', () => {
  let umask: number;
  beforeEach(() => {
    umask = process.umask(0o022);
  });
  afterEach(() => void process.umask(umask));

  it('an object, from its first byte on', async () => {
    const store = createDiskStore({ root: join(root, 'objects') });
    const writer = await store.create('results/a/b.csv');
    await writer.write(Buffer.from('id\n1\n'));
    const unfinished = await modesIn(root);
    await writer.finish();
    const finished = await modesIn(root);
    for (const modes of [unfinished, finished]) expect(new Set(modes.values())).toEqual(new Set(['600', '700']));
    expect(finished.get('objects/results/a/b.csv')).toBe('600');
  });

  it('an upload, on its way and sealed', async () => {
    const store = createDiskStore({ root: join(root, 'objects') });
    const intake = createIntake({ store, ids: randomUUID });
    const contentType = 'multipart/form-data; boundary=b';
    const { file } = await intake.receiveForm({ contentType, contentLength: undefined, body: uploadOf('a\n1\n') });
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
    await store.put('uploads/a', file.path);
    expect(new Set((await modesIn(root)).values())).toEqual(new Set(['600', '700']));
  });
});

/** Calls that may make a file or a folder, as far as their line goes. A method of something else is none. */
const MAKING = /(?<![.\w#])(?:mkdir|mkdirSync|writeFile|writeFileSync|createWriteStream|appendFile)\(.*/g;
const OPENING = /(?<![.\w#])open\([^)]*(?:'[wa]x?\+?'|O_CREAT).*/g;

function makings(text: string): readonly string[] {
  return [...text.matchAll(MAKING), ...text.matchAll(OPENING)]
    .map(([call]) => call)
    .filter((call) => !call.includes('PRIVATE_'));
}

/** What says no mode, and why it may. */
const WITHOUT_MODE = {
  'cli/operator/generate.ts': 'a folder that the operator names, for made-up data',
  'cli/operator/load/watched-folder.ts':
    'folders and notes beside the operator’s own files, which whoever delivers them reads',
  'cli/server/demo.ts': 'a folder that the operator names, for the demo',
  'duckdb/child/file-flow.ts': 'the child’s umask closes all that it makes',
  'postgres/embedded/cluster.ts': 'its mode is set at once; the name of a folder is no secret',
  'postgres/embedded/data-directory.ts': 'what is above the data directory is not ours to close',
  'storage/master-key.ts': 'what is above the key is made before, as the data directory',
} as const;

test('nothing that the program makes is without a mode, or a reason', () => {
  const found = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => makings(readFileSync(join(SOURCE, path), 'utf8')).length > 0);
  expect(found.sort()).toEqual(Object.keys(WITHOUT_MODE).sort());
});

test.each([
  ['await mkdir(path, { recursive: true });', 1],
  ["const file = await open(path, 'wx');", 1],
  ['return open(path, constants.O_WRONLY | constants.O_CREAT, 0o644);', 1],
  ['await writeFile(path, text);', 1],
  ['await writeFile(path, text, { mode: PRIVATE_FILE_MODE });', 0],
  ["const file = await open(path, 'r');", 0],
  ['await file.writeFile(text);', 0],
])('the rule sees: %s', (line, count) => {
  expect(makings(line)).toHaveLength(count);
});
