/** The tests of inside rooms are what they are said to be: quick anywhere. Tried here, since no test of a room should. */
import { execFile, execSync, fork, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';

it.each([
  ['starts a process', () => spawn(process.execPath, ['--version'])],
  ['starts a process', () => fork('nowhere.js')],
  ['starts a process', () => execFile(process.execPath, ['--version'])],
  ['starts a process', () => execSync('true')],
  ['listens', () => createServer().listen(0)],
  ['connects', () => connect(5432, '127.0.0.1')],
])('a test of an inside room that %s fails', (what, start) => {
  expect(start).toThrow(`a test of an inside room ${what}`);
});

it('and so does one that asks a server', async () => {
  await expect(fetch('http://127.0.0.1:59999/')).rejects.toMatchObject({
    cause: expect.objectContaining({ message: expect.stringContaining('a test of an inside room connects') }),
  });
});
