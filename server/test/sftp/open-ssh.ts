/** Customers' clients that are programs of the system. OpenSSH takes a password from a program only. */
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

type Customer = Pick<SftpCustomer, 'accessKey' | 'secret'>;

export interface OpenSsh extends AsyncDisposable {
  /** Where files are fetched to. */
  readonly directory: string;
  /** `sftp`, in batch mode. */
  run(as: Customer, commands: readonly string[], options?: readonly string[]): Promise<Ran>;
  /** `lftp`, which has OpenSSH make the connection. */
  lftp(as: Customer, commands: readonly string[]): Promise<Ran>;
}

/** A directory with an answerer of password questions; nothing of this user's own configuration is read. */
export async function openSsh(port: number): Promise<OpenSsh> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-openssh-'));
  const askpass = join(directory, 'askpass');
  await writeFile(askpass, '#!/bin/sh\nprintf "%s\\n" "$TEST_SECRET"\n', { mode: 0o700 });
  const settings = ['LogLevel=ERROR', 'StrictHostKeyChecking=no', 'NumberOfPasswordPrompts=1'];
  const knownHosts = `UserKnownHostsFile=${join(directory, 'known_hosts')}`;
  const fixed = ['-F', 'none', ...[...settings, knownHosts].flatMap((setting) => ['-o', setting])];

  function run(program: string, args: readonly string[], secret: string): Promise<Ran> {
    const answerer = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', TEST_SECRET: secret };
    const env = { PATH: process.env['PATH'], HOME: directory, ...answerer };
    return new Promise((resolve) => {
      execFile(program, args, { cwd: directory, env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
      });
    });
  }

  return {
    directory,
    async run({ accessKey, secret }, commands, options = []) {
      const batch = join(directory, 'batch');
      await writeFile(batch, `${commands.join('\n')}\n`);
      // `-b` alone forbids questions, also those that the program would answer.
      const asked = ['-P', String(port), '-o', 'BatchMode=no', '-b', batch, `${accessKey}@127.0.0.1`];
      return run('sftp', [...fixed, ...options, ...asked], secret);
    },
    lftp({ accessKey, secret }, commands) {
      const connect = `set sftp:connect-program "ssh -a -x ${fixed.join(' ')}"; set net:max-retries 1`;
      const script = [connect, ...commands, 'bye'].join(' && ').replace(' && ', '; ');
      return run(
        'lftp',
        ['-u', `${accessKey},${secret}`, '-p', String(port), '-e', script, 'sftp://127.0.0.1'],
        secret,
      );
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
