/** Parts of a file written several at a time, each in a session and through a pipe of its own. */
import { holdPipe } from '../pipe.ts';
import type { Cage } from './cage.ts';
import type { Session } from './session.ts';

/** Has the engine write a part to the path. */
export type WritePart = (index: number, path: string, session: Session) => Promise<void>;

export interface Parts {
  readonly cage: Cage;
  readonly parts: number;
  /** How many are under way. */
  readonly atATime: number;
  readonly writePart: WritePart;
}

/** Asks for a pipe, by its place among them. Resolves when the part is read; those who ask are answered in the order of the parts. */
type OpenPipe = (pipe: number) => Promise<void>;

/**
 * Writes the parts, of which the next begins as soon as a pipe is free, so that it is read and sorted while the one before it is written.
 * Whoever reads them takes one after the other: what is ahead waits with the engine, within its limit of memory.
 */
export async function writeParts(
  { cage, parts, atATime, writePart }: Parts,
  pipes: readonly string[],
  open: OpenPipe,
): Promise<void> {
  let next = 0;
  let hasFailed = false;
  async function write(session: Session, pipe: number, path: string): Promise<void> {
    while (next < parts && !hasFailed) {
      const index = next++;
      await open(pipe);
      session.throwIfCancelled();
      // Whoever reads sees the end of the part, also of one that the engine has not begun.
      const release = holdPipe(path);
      try {
        await writePart(index, path, session);
      } catch (error) {
        hasFailed = true;
        throw error;
      } finally {
        release();
      }
    }
  }
  const [first = '', ...others] = pipes.slice(0, Math.min(parts, atATime));
  const beside: Session[] = [];
  try {
    for (const _ of others) beside.push(await cage.openBeside());
    const writing = [cage.session, ...beside].map((session, pipe) => write(session, pipe, pipes[pipe] ?? first));
    // One that fails has the others stopped, and nobody writes any more when that is told.
    await Promise.all(writing).catch(async (error: unknown) => {
      cage.cancel();
      await Promise.allSettled(writing);
      throw error;
    });
  } finally {
    for (const session of beside) cage.closeBeside(session);
  }
}
