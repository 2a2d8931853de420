/**
 * Memory does not grow with the file. Control, run once: with the pieces of a file kept in a list and written at its end, the
 * upload took 227 MB.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../../dist');
const SCRIPT = join(import.meta.dirname, 'large-files.mjs');
const MAX_RISE_BYTES = 150_000_000;
const MIB = 1024 * 1024;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-large-'));
});
afterAll(() => rm(directory, { recursive: true }));

function run(work: string): ChildProcess {
  return spawn(process.execPath, [SCRIPT, PROGRAM, work, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function linesOf({ stdout }: ChildProcess): AsyncIterator<string> {
  if (stdout === null) throw new Error('the process has no output');
  return createInterface(stdout)[Symbol.asyncIterator]();
}

async function next(lines: AsyncIterator<string>): Promise<Readonly<Record<string, unknown>>> {
  const { value, done } = await lines.next();
  if (done) throw new Error('the process ended without a word');
  return JSON.parse(value);
}

async function writeFileOf(name: string, pieces: Iterable<string>): Promise<void> {
  const file = await open(join(directory, name), 'w');
  for (const piece of pieces) await file.appendFile(piece);
  await file.close();
}

function judge(work: string, rise: unknown): void {
  console.info(`${work}: ${(Number(rise) / 1_000_000).toFixed(0)} MB more at the peak`);
  expect(Number(rise)).toBeLessThan(MAX_RISE_BYTES);
}

test('an upload of 100 MiB', async () => {
  const child = run('upload');
  const lines = linesOf(child);
  const { url } = await next(lines);
  async function* body() {
    yield Buffer.from('--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n');
    const piece = Buffer.alloc(MIB, 'x');
    for (let count = 0; count < 100; count++) yield piece;
    yield Buffer.from('\r\n--b\r\nContent-Disposition: form-data; name="job_type"\r\n\r\nmatch\r\n--b--');
  }
  const answer = await fetch(String(url), {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: body(),
    duplex: 'half',
  });
  expect(await answer.json()).toEqual({ bytes: 100 * MIB });
  judge('an upload of 100 MiB', (await next(lines))['rise']);
  await once(child, 'exit');
});

test('a specification of a million ids', async () => {
  const id = (number: number) => `"51e2200a-5160-5ab1-8f98-${number.toString(16).padStart(12, '0')}"`;
  const thousand = (from: number) => Array.from({ length: 1000 }, (_, at) => id(from + at)).join(',\n');
  function* pieces() {
    yield '{"detail_type":["basic"],"property_ids":[';
    for (let from = 0; from < 1_000_000; from += 1000) yield (from === 0 ? '' : ',') + thousand(from);
    yield ']}';
  }
  await writeFileOf('spec.json', pieces());
  const said = await next(linesOf(run('ids')));
  expect(said).toMatchObject({ ids: 1_000_000 });
  judge('a specification of a million ids', said['rise']);
});

test('100,000 rows of 1,000 bytes, read and written', async () => {
  function* pieces() {
    yield `${Array.from({ length: 20 }, (_, at) => `column ${at}`).join(',')}\n`;
    const row = `${Array.from({ length: 20 }, (_, at) => `"${String(at).repeat(23)}, é"`).join(',')}\n`;
    for (let count = 0; count < 1000; count++) yield row.repeat(100);
  }
  await writeFileOf('rows.csv', pieces());
  const said = await next(linesOf(run('rows')));
  expect(said).toMatchObject({ rows: 100_000 });
  judge('100,000 rows', said['rise']);
});
