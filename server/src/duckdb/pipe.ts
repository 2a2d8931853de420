/** Named pipes. What is written to one is read once, in memory: nothing of it touches a disk. */
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * Reads from now until the last writer has closed its end; before the first has opened it, nothing comes. By a socket, which waits without a
 * thread: a stream of the file would hold one of four, for ever where the writer died before it opened the pipe.
 */
export function readPipe(path: string): Socket {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/** Writes to a pipe that somebody reads. */
export function writePipe(path: string): Socket {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: false, writable: true });
}

/** Keeps the pipe from ending between one writer and the next, until the returned function is called. Somebody must read it. */
export function holdPipe(path: string): () => void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  return () => closeSync(fd);
}
