import { execFile } from 'node:child_process';
import type { SystemUser } from './system-user.ts';

/** What the server's programs see of us: no `PG…` variable may redirect them, no secret of ours is in their environment. */
export function spawnOptions(user: SystemUser | null, directory: string) {
  return {
    cwd: directory,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: directory, LC_ALL: 'C', TZ: 'UTC' },
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
  };
}

/** Runs a program to its end. Rejects with its output if it fails. */
export function runProgram(
  program: string,
  args: readonly string[],
  { user, directory }: { user: SystemUser | null; directory: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, spawnOptions(user, directory), (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${program} failed: ${`${stderr}${stdout}`.trim() || error.message}`, { cause: error }));
    });
  });
}
