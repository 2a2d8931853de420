import type { EngineFailure } from '../../core/ports/engine-error.ts';
import type { Failure } from '../protocol.ts';

/** The engine tells its errors apart by their words only. Disk before memory: a full spill directory is reported as lack of memory. */
const SIGNS: readonly { readonly kind: EngineFailure; readonly words: RegExp }[] = [
  { kind: 'disk', words: /max_temp_directory_size|No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/ },
  { kind: 'memory', words: /Out of Memory Error|bad_alloc|Cannot allocate memory|ENOMEM/i },
];

export function describeFailure(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: SIGNS.find(({ words }) => words.test(detail))?.kind ?? 'statement', detail };
}
