/** How named pipes are made: Node has no call for it, so by the program of the system. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { ConveyanceError } from '../core/errors.ts';

const MAKER = 'mkfifo';
/** The environment of a child of the engine is empty. */
const FOLDERS: readonly string[] = ['/usr/bin', '/bin', '/usr/local/bin'];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Throws `bad_setting` on a machine that cannot make pipes: no result could be written there. Asked where an engine opens, and where a
 * server starts, whose engine may open with its first look-up. @param folders only tests name others
 */
export function requirePipeMaker(folders = FOLDERS): void {
  if (folders.some((folder) => isProgram(join(folder, MAKER)))) return;
  throw new ConveyanceError(
    'bad_setting',
    `This machine has no program ${MAKER} in ${folders.join(', ')}, and results are written through named pipes: install coreutils (busybox has it too), or link ${MAKER} there`,
  );
}

/** Only their owner can open them: they carry customers’ rows. */
export function makePipes(paths: readonly string[]): void {
  execFileSync(MAKER, ['-m', '600', ...paths], { env: { PATH: FOLDERS.join(':') } });
}
