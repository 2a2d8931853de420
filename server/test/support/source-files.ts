import type { SourceTable } from '../../src/core/ports/engine.ts';
import type { SourceFile } from '../../src/core/ports/store.ts';

/** Files that lie where the test says: nobody looks at their size and digest. */
export function sourceFiles(...keys: readonly string[]): readonly SourceFile[] {
  return keys.map((key) => ({ key, bytes: 0, sha256: '' }));
}

export function keysOf(table: SourceTable | undefined): readonly string[] | undefined {
  return table?.files.map(({ key }) => key);
}
