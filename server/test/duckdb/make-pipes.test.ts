/** Results are written through named pipes: a machine that has no program for them is told so at the start, not by each failing child. */
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { readSettings } from '../../src/config.ts';
import { openEngineAlone } from '../../src/deps.ts';
import { requirePipeMaker } from '../../src/duckdb/make-pipes.ts';
import { openEngineWorld } from './engine-world.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyance-programs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());

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

test('what does not open leaves no folder behind', async () => {
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
  await expect(openEngineWorld({ programFolders: [] })).rejects.toMatchObject({ code: 'bad_setting' });
  const settings = readSettings({ CONVEYANCE_LOG_LEVEL: 'silent' });
  // Any setting that is refused when the engine opens.
  const refused = Object.defineProperty({ ...settings }, 'memoryLimit', {
    get: () => {
      throw new Error('refused');
    },
  });
  await expect(openEngineAlone(refused)).rejects.toThrow('refused');
  expect(await readdir(temporary)).toEqual([]);
  // Control: it would lie there.
  const alone = await openEngineAlone(settings);
  expect(await readdir(temporary)).toEqual([expect.stringMatching(/^conveyance-engine-/)]);
  await alone.close();
  expect(await readdir(temporary)).toEqual([]);
});

test('it is looked for where the children look', () => {
  expect(() => requirePipeMaker()).not.toThrow();
});
