/** How the files of the matcher are written. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOM = join(import.meta.dirname, '../../src/matching');

async function sources(): Promise<readonly (readonly [name: string, text: string])[]> {
  const names = (await readdir(ROOM, { recursive: true })).filter((name) => name.endsWith('.ts'));
  return Promise.all(names.map(async (name) => [name, await readFile(join(ROOM, name), 'utf8')] as const));
}

/** What a call could change for the next one: a variable, a buffer, or a collection that starts empty. */
const STATE =
  /^(?:export )?(?:let |const \w+(?:: (?!Readonly)[^=]+)? = \[*new (?:(?:Map|Set)(?:<.+>)?\(\)|(?:\w+Array|ArrayBuffer|DataView)\())/m;

test('every file opens with a sentence that says what is in it', async () => {
  for (const [name, text] of await sources()) expect(text, name).toMatch(/^\/\*\*[\s*]+[A-Z0-9`]/);
});

describe('between two rows the matcher remembers nothing but what its caller owns', () => {
  test.each([
    ['let last = 0;', true],
    ['const rows = [new Uint8Array(65), new Uint8Array(65)] as const;', true],
    ['const buffer = new DataView(new ArrayBuffer(8));', true],
    ['const PLACES = new Map<string, readonly Place[]>();', true],
    ['const NONE: ReadonlySet<bigint> = new Set();', false],
    ["const MARKS = new Set([',']);", false],
    ['  const found = new Map<string, string>();', false],
  ])('%s', (line, isState) => {
    expect(STATE.test(line)).toBe(isState);
  });

  test('no file of it has a variable, a buffer or an empty collection of its own', async () => {
    const files = await sources();
    expect(files.length).toBeGreaterThan(30);
    for (const [name, text] of files) expect(text, name).not.toMatch(STATE);
  });
});
