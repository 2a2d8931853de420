/** Paths as clients write them. There is no file system behind them: they only name what the tree has. */

/** Far above the longest name in the tree. */
const LONGEST_PATH = 1_024;

/**
 * The names of a path from the root, which is also where relative paths begin. `.` and `..` are resolved as text and never lead above
 * the root: clients rely on that for `cd ..`. Null for text that cannot be a path.
 */
export function parsePath(text: string | null): readonly string[] | null {
  if (text === null || text.length > LONGEST_PATH || text.includes('\0')) return null;
  const names: string[] = [];
  for (const name of text.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

export function formatPath(names: readonly string[]): string {
  return `/${names.join('/')}`;
}
