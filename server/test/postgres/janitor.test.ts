/** A run of tests that is interrupted leaves no PostgreSQL and no S3 server, whatever ended it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../contract/database-world.ts';
import { startJanitor } from '../support/janitor.ts';
import { EmbeddedPlace, removeMadeCluster } from './embedded-place.ts';

const PROGRAM = join(import.meta.dirname, '../support/janitor.mjs');

let place: EmbeddedPlace;
beforeEach(async () => {
  place = await EmbeddedPlace.prepare();
  await place.beginWithCluster();
});
afterEach(() => place.tidy());
afterAll(() => removeMadeCluster());

test('the server and its directory go when the process is killed that had them made', async () => {
  // Another process, which is killed, has started the server, as a run of tests has.
  const starter = place.startElsewhere();
  await starter.next();
  const script = `require('node:child_process').spawn(process.execPath, process.argv.slice(1), { detached: true, stdio: ['pipe', 'ignore', 'ignore'] }); console.log('there')`;
  const run = spawn(process.execPath, ['-e', script, PROGRAM, place.dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(run.stdout, 'data');
  expect(await place.running()).not.toBeNull();
  starter.kill('SIGKILL');
  run.kill('SIGKILL');
  await eventually(() => !existsSync(place.dataDir), 'the directory to go');
});

test('the S3 server of a run goes too', async () => {
  const part = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  const gone = once(part, 'exit');
  await mkdir(join(place.dataDir, 'swift'), { recursive: true });
  await writeFile(join(place.dataDir, 'swift', 'pids'), String(part.pid));
  startJanitor(place.dataDir).stdin?.end();
  expect(await gone).toEqual([null, 'SIGKILL']);
  await eventually(() => !existsSync(place.dataDir), 'the directory to go');
});

test('they go when they are told to, and where nothing runs', async () => {
  const janitor = startJanitor(place.dataDir);
  const ended = once(janitor, 'exit');
  janitor.stdin?.end();
  expect(await ended).toEqual([0, null]);
  expect(existsSync(place.dataDir)).toBe(false);
});
