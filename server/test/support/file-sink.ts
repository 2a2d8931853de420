/** Sinks whose bytes go to local files, for readers that need one. */
import { writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import type { FileForm, Sink } from '../../src/core/ports/engine.ts';

export interface FileSink extends Sink {
  readonly path: string;
  /** True once the engine has said that the file is whole. */
  readonly isWhole: () => boolean;
}

/** @param path of a file that does not exist yet; it is there, and empty, from now on. */
export function fileSink(path: string, form: Partial<FileForm> & Pick<FileForm, 'format'>): FileSink {
  writeFileSync(path, '', { flag: 'wx' });
  let isWhole = false;
  return {
    compression: 'none',
    csvProfile: 'standard',
    metadata: {},
    ...form,
    path,
    isWhole: () => isWhole,
    target: {
      write: (piece) => appendFile(path, piece),
      async end() {
        isWhole = true;
      },
    },
  };
}
