/** A match job from its upload. */
import type { MatchCounts } from '../../core/file-job-spec.ts';
import type { JobKey } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { SourceRow, SourceRows } from '../../core/ports/intake.ts';
import { hashKey } from '../../matching/index/key-hash.ts';
import { requireMatchIndex } from '../../warehouse/match-index.ts';
import { uploadKey } from '../upload-key.ts';
import type { MatchJobRequest, Prepare } from './prepared.ts';

const MOST_LINES_NAMED = 1000;
/** In no text that was read as UTF-8 and came from a cell of a CSV file with it unescaped; what it separates is only hashed. */
const SEPARATOR = '\u0000';

function textOf(row: SourceRow): string {
  if (row.fault !== 'not_utf8') return row.cells.join(SEPARATOR);
  const latin = new TextDecoder('latin1');
  return row.cells.map((cell) => latin.decode(cell)).join(SEPARATOR);
}

async function countRows({ batches }: SourceRows): Promise<MatchCounts> {
  const seen = new Set<bigint>();
  const errorDecodingLines: number[] = [];
  let rows = 0;
  let ragged = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      rows++;
      seen.add(hashKey(textOf(row)));
      if (row.fault === 'ragged' || row.fault === 'blank') ragged++;
      if (row.fault === 'not_utf8' && errorDecodingLines.length < MOST_LINES_NAMED) errorDecodingLines.push(row.line);
    }
  }
  return { rows, duplicate: rows - seen.size, errorDecodingLines, ragged };
}

/**
 * Reads the whole file, in one pass, so that whatever is wrong with it is told at the POST; and keeps it where any worker can read it.
 * A match costs nothing.
 */
export async function prepareMatch(
  { db, store }: Pick<Deps, 'db' | 'store'>,
  key: JobKey,
  { match, rows, file }: MatchJobRequest,
): Promise<Prepare> {
  const counts = await countRows(rows);
  const inputKey = uploadKey(key);
  let isKept = false;
  return async () => {
    // Refused before anything is stored.
    const { version } = await requireMatchIndex({ db });
    if (!isKept) await store.put(inputKey, file.path);
    isKept = true;
    return {
      asked: { kind: 'match', spec: { ...match, inputKey, counts } },
      version,
      propertyIds: new Float64Array(),
    };
  };
}
