import { resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');

export function repositoryFile(path: string): string {
  return resolve(ROOT, path);
}
