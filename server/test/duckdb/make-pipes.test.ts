/** Results are written through named pipes: a machine that has no program for them is told so at the start, not by each failing child. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requirePipeMaker } from '../../src/duckdb/make-pipes.ts';
import { openEngineWorld } from './engine-world.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyance-programs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('an engine does not open where mkfifo is missing, or is no program, and says what to do', async () => {
  const refusal = { code: 'bad_setting', message: expect.stringMatching(/no program mkfifo in .*: install coreutils/) };
  await expect(openEngineWorld({ programFolders: [folder] })).rejects.toMatchObject(refusal);
  await writeFile(join(folder, 'mkfifo'), '');
  await chmod(join(folder, 'mkfifo'), 0o600);
  await expect(openEngineWorld({ programFolders: [folder] })).rejects.toMatchObject(refusal);
  await chmod(join(folder, 'mkfifo'), 0o700);
  const world = await openEngineWorld({ programFolders: [folder] });
  await world.close();
});

test('it is looked for where the children look', () => {
  expect(() => requirePipeMaker()).not.toThrow();
});
