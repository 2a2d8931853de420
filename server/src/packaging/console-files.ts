/** The console’s built files, read once: less than two megabytes. Nothing else on the disk can be asked for. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { ConsoleFile, ConsoleFiles } from '../core/ports/console-files.ts';

/** Where the build puts them, in a clone as in a package: this file is two levels below the server’s package. */
const DIRECTORY = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'console');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

function consoleFile(path: string, bytes: Uint8Array): ConsoleFile {
  const contentType = TYPES[extname(path)] ?? 'application/octet-stream';
  const gzipped = gzipSync(bytes, { level: 9 });
  return {
    contentType,
    bytes,
    gzipped: gzipped.byteLength < bytes.byteLength ? gzipped : null,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

async function readAll(directory: string): Promise<ReadonlyMap<string, ConsoleFile>> {
  const files = new Map<string, ConsoleFile>();
  const paths = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of paths.filter((each) => each.isFile())) {
    const whole = join(entry.parentPath, entry.name);
    const path = whole.slice(directory.length + 1).replaceAll(sep, '/');
    files.set(path, consoleFile(path, await readFile(whole)));
  }
  return files;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

export function createConsoleFiles(directory: string = DIRECTORY): ConsoleFiles {
  let read: Promise<ReadonlyMap<string, ConsoleFile>> | null = null;
  return {
    all() {
      read ??= readAll(directory).catch((error: unknown) => {
        read = null;
        if (isAbsent(error)) return new Map();
        throw error;
      });
      return read;
    },
  };
}
