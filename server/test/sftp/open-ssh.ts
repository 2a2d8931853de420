/** The `sftp` of OpenSSH, in batch mode. It takes a password from a program only. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SftpCustomer } from './door.ts';

/** Programs of the system: where one is missing, its tests are skipped and reported as skipped. */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface OpenSsh extends AsyncDisposable {
  /** Where files are fetched to. */
  readonly directory: string;
  run(
    as: Pick<SftpCustomer, 'accessKey' | 'secret'>,
    commands: readonly string[],
    options?: readonly string[],
  ): Promise<Ran>;
}

/** A directory with an answerer of password questions; nothing of this user's own configuration is read. */
export async function openSsh(port: number): Promise<OpenSsh> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-openssh-'));
  const askpass = join(directory, 'askpass');
  await writeFile(askpass, '#!/bin/sh\nprintf "%s\\n" "$TEST_SECRET"\n', { mode: 0o700 });
  const fixed = [
    '-F',
    'none',
    '-o',
    'LogLevel=ERROR',
    '-P',
    String(port),
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'NumberOfPasswordPrompts=1',
  ];
  return {
    directory,
    async run({ accessKey, secret }, commands, options = []) {
      const batch = join(directory, 'batch');
      await writeFile(batch, `${commands.join('\n')}\n`);
      const knownHosts = ['-o', `UserKnownHostsFile=${join(directory, 'known_hosts')}`];
      // `-b` alone forbids questions, also those that the program would answer.
      const args = [...fixed, ...knownHosts, ...options, '-o', 'BatchMode=no', '-b', batch, `${accessKey}@127.0.0.1`];
      const env = {
        PATH: process.env['PATH'],
        HOME: directory,
        SSH_ASKPASS: askpass,
        SSH_ASKPASS_REQUIRE: 'force',
        TEST_SECRET: secret,
      };
      return new Promise((resolve) => {
        execFile('sftp', args, { cwd: directory, env }, (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
        });
      });
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
