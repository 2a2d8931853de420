import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shutDown } from '../../src/postgres/embedded/postmaster.ts';

const NOT_STOPPED = 'SIGKILL';

let directory: string;
let pidFile: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-postmaster-'));
  pidFile = join(directory, 'postmaster.pid');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(NOT_STOPPED);
      await ended;
    }
  }
  await rm(directory, { recursive: true, force: true });
});

/** The lines of a pid file that anybody reads. */
function pidLines(pid: number): string {
  return `${pid}\n${directory}\n0\n5432\n`;
}

/** Stands in for a server: has its pid file, and does `onStop` when it is told to stop. */
async function standIn(onStop: string): Promise<ChildProcess & { readonly pid: number }> {
  const script = `
    const fs = require('node:fs');
    const [file, next] = process.argv.slice(1);
    process.on('SIGINT', () => { ${onStop} });
    process.stdin.resume();
    process.stdout.write('ready');`;
  const child = spawn(process.execPath, ['-e', script, pidFile, pidLines(process.pid)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await said(child);
  const { pid } = child;
  if (pid === undefined) throw new Error('the stand-in did not start');
  await writeFile(pidFile, pidLines(pid));
  return Object.assign(child, { pid });
}

async function said(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the stand-in has no output');
  const [chunk] = await once(child.stdout, 'data');
  return String(chunk);
}

describe('stopping a server', () => {
  it('ends with that server, though the next one runs by then', async () => {
    const server = await standIn('fs.writeFileSync(file, next); process.exit(0)');
    await shutDown({ directory });
    expect(await readFile(pidFile, 'utf8')).toBe(pidLines(process.pid));
    if (server.exitCode === null) await once(server, 'exit');
    expect(server.exitCode).toBe(0);
  });

  it('ends no sooner than the server has removed its pid file, and needs no end of the process', async () => {
    const server = await standIn("process.stdout.write('stopping'); process.stdin.once('data', () => fs.rmSync(file))");
    let isDown = false;
    const stopped = shutDown({ directory }).then(() => {
      isDown = true;
    });
    expect(await said(server)).toBe('stopping');
    expect(isDown).toBe(false);
    server.stdin?.write('now');
    await stopped;
    expect(server.exitCode).toBeNull();
  });

  it('has nothing to do where the server has died and left its pid file', async () => {
    const server = await standIn('');
    server.kill('SIGKILL');
    await once(server, 'exit');
    await shutDown({ directory });
    expect(await readFile(pidFile, 'utf8')).toBe(pidLines(server.pid));
  });

  it('has nothing to do where none runs', async () => {
    await expect(shutDown({ directory })).resolves.toBeUndefined();
  });
});
