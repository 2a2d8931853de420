/** Whether a file that is no table of the warehouse names a person: a result, an upload, an object that no version holds. */
import { isConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { ProgramStep, Watch } from '../../core/ports/engine.ts';
import { EngineError } from '../../core/ports/engine-error.ts';
import type { SealedObject } from '../../core/ports/store.ts';
import { directoryOf } from '../source-files.ts';
import { exactPath } from '../sql.ts';

export interface LookedAt extends Partial<SealedObject> {
  readonly key: string;
  /** By whose endings it is read. */
  readonly name: string;
}

/** What may stand before and behind a cell in CSV with any separator, or a value in JSON. */
const EDGE = `[,;|\\t"']`;

/** How quotes and backslashes are written inside of quotes: doubled, or behind a backslash, once or twice. */
function escapedForms(character: string): string {
  if (character === '"') return '\\\\{0,3}"{1,4}';
  if (character === '\\') return '\\\\{1,4}';
  if (/\s/u.test(character)) return '[\\s\\pZ]+';
  return /[\p{L}\p{N}]/u.test(character) ? character : `\\x{${character.codePointAt(0)?.toString(16)}}`;
}

/** A pattern of the engine for lines of text that hold one of the values as a whole cell. @param values as they are compared. */
export function patternOf(values: readonly string[]): string {
  const bodies = values.map((value) => [...value].map(escapedForms).join(''));
  return `(?:^|${EDGE})\\s*(?:${bodies.join('|')})\\s*(?:$|${EDGE})`;
}

/** No line holds these four control characters in a row, so a line is never split into columns. */
const LINES = `auto_detect = false, header = false, columns = {'text': 'VARCHAR'}, delim = e'\\x1d\\x1e\\x1f\\x01',
  quote = '', escape = '', strict_mode = false, null_padding = false, max_line_size = 16777216`;

const MATCHES = (text: string) => `regexp_matches(lower(nfc_normalize(${text})), $pattern)`;

function compressionOf(name: string): string {
  if (name.endsWith('.gz')) return 'gzip';
  return name.endsWith('.zst') ? 'zstd' : 'none';
}

/** One after the other, until one can be read: text is UTF-8, or whatever a customer has sent. */
function questionsOf(name: string): readonly string[] {
  if (name.endsWith('.parquet')) {
    return [`SELECT 1 FROM read_parquet($path) AS whole WHERE ${MATCHES('CAST(to_json(whole) AS VARCHAR)')} LIMIT 1`];
  }
  return ['utf-8', 'latin-1'].map(
    (encoding) =>
      `SELECT 1 FROM read_csv($path, ${LINES}, compression = '${compressionOf(name)}', encoding = '${encoding}') WHERE ${MATCHES('text')} LIMIT 1`,
  );
}

type Looking = Pick<Deps, 'engine' | 'store'>;

async function held({ store }: Looking, { key, bytes, sha256 }: LookedAt, watch: Watch): Promise<() => void> {
  if (store.copies === null) return () => undefined;
  const sealed = bytes === undefined || sha256 === undefined ? await store.measure(key) : { bytes, sha256 };
  return store.hold([{ key, ...sealed }], watch.signal);
}

async function ask(deps: Looking, { key, name }: LookedAt, pattern: string, watch: Watch): Promise<boolean> {
  const path = await deps.store.localize(key);
  for (const sql of questionsOf(name)) {
    const steps: readonly ProgramStep[] = [{ sql, parameters: { path: exactPath(path), pattern } }];
    const program = { tables: {}, inputs: {}, directories: [directoryOf(path)], steps };
    try {
      const [rows = []] = await deps.engine.run(program, { lane: 'load' }, watch);
      return rows.length > 0;
    } catch (error) {
      if (!(error instanceof EngineError && error.isFinal)) throw error;
    }
  }
  // What cannot be read may hold anything.
  return true;
}

/** True if the object names one of the values as a whole cell, or cannot be read. False for one that is gone. */
export async function namesOneOf(deps: Looking, looked: LookedAt, pattern: string, watch: Watch): Promise<boolean> {
  try {
    const release = await held(deps, looked, watch);
    try {
      return await ask(deps, looked, pattern, watch);
    } finally {
      release();
    }
  } catch (error) {
    if (isConveyanceError(error, 'not_found')) return false;
    throw error;
  }
}
