/** A match job's run: writes the customer's file with a verdict before each row. */
import { inOrder } from '../../core/in-order.ts';
import type { JobOf, ResultFile } from '../../core/job.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { Claim } from '../../core/ports/database/queue.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { InputTable } from '../../core/ports/engine.ts';
import type { ResultCells, SourceRow, SourceRows } from '../../core/ports/intake.ts';
import type { ResultRow, Row } from '../../core/rows.ts';
import { type MatchIndex, matchIndexOf } from '../../warehouse/match-index.ts';
import { type MatchQuestion, matchProgram } from '../../warehouse/match-query.ts';
import { EVIDENCE_COLUMNS, VERDICT_COLUMNS } from '../match-columns.ts';
import { type ResultWriter, writeResults } from './result-writer.ts';
import { visibleToJob } from './visible-to-job.ts';

type Running = Pick<Deps, 'db' | 'engine' | 'store' | 'intake' | 'clock' | 'log' | 'tracer' | 'policy'>;
type MatchJob = JobOf<'match'>;

/** What an account's addresses are looked up in. */
interface Visible {
  readonly index: MatchIndex;
  readonly grants: Grants;
}

const CONTENT_TYPE = 'text/csv; charset=utf-8';

async function openRows({ store, intake }: Running, { spec }: MatchJob): Promise<SourceRows> {
  return intake.readRows(await store.open(spec.inputKey));
}

/** A cell as the matcher reads it. A row that is not UTF-8 has no readable text. */
function cellAt(row: SourceRow, index: number): string {
  return row.fault === 'not_utf8' ? '' : (row.cells[index] ?? '');
}

/**
 * A file is looked up in two halves, each in a process of the engine: more pieces would read the index more often, and the last
 * would have a process to itself. 100,000 rows against a million properties on two cores, a warm server: three pieces 5.3–6.8 s,
 * four 5.9–6.9, two 3.9–5.9.
 */
const PIECES = 2;
/** For fewer rows a second process costs more than it saves. */
const SMALL_FILE_ROWS = 10_000;

async function* pieces({ batches }: SourceRows, rows: number): AsyncGenerator<readonly SourceRow[], void, undefined> {
  const rowsPerPiece = rows <= SMALL_FILE_ROWS ? SMALL_FILE_ROWS : Math.ceil(rows / PIECES);
  let piece: SourceRow[] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      piece.push(row);
      if (piece.length < rowsPerPiece) continue;
      yield piece;
      piece = [];
    }
  }
  if (piece.length > 0) yield piece;
}

/** What the cells at these places say together, as a person would write them in one. */
function mappedText(row: SourceRow, places: readonly number[]): string {
  const [only = -1, ...others] = places;
  if (others.length === 0) return cellAt(row, only);
  return places
    .map((place) => cellAt(row, place).trim())
    .filter((text) => text !== '')
    .join(' ');
}

/** Their mapped cells. */
function askedTable(
  piece: readonly SourceRow[],
  places: readonly (readonly number[])[],
  { columns }: MatchQuestion,
): InputTable {
  async function* asked(): AsyncGenerator<readonly Row[], void, undefined> {
    yield piece.map((row) => places.map((each) => mappedText(row, each)));
  }
  return { columns, batches: asked() };
}

function text(value: ResultRow[string] | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function evidenceOf(answer: ResultRow): string[] {
  const { candidates } = answer;
  return [
    text(answer['confidence']),
    text(answer['codes']),
    text(answer['matched_address']),
    Array.isArray(candidates) ? candidates.join(' ') : '',
  ];
}

/** A row of the customer's file with its answer, as it is written. */
function answered(row: SourceRow, answer: ResultRow, explain: boolean): ResultCells {
  const before = [text(answer['reonomy_id']), text(answer['status']), text(answer['reason'])];
  return { before, source: row.cells, after: explain ? evidenceOf(answer) : [] };
}

/** The customer's rows with their answers: every row, in its order. */
async function* answeredRows(
  { engine, policy }: Running,
  { spec }: MatchJob,
  source: SourceRows,
  { index, grants }: Visible,
  watch: ResultWriter['watch'],
): AsyncGenerator<readonly ResultCells[], void, undefined> {
  const { question, program, answersOf } = matchProgram(spec, index, grants, policy.matchRadiusMeters);
  const places = question.parameters.map((parameter) =>
    [spec.mapping[parameter] ?? []].flat().map((column) => source.columns.indexOf(column)),
  );
  const onProgress = (rowsWritten: number) =>
    watch.onProgress({ phase: 'running', rowsWritten, rowsTotal: spec.counts.rows });
  async function lookUp(piece: readonly SourceRow[]): Promise<readonly ResultCells[]> {
    const answers = answersOf(
      await engine.run(program(askedTable(piece, places, question)), { lane: 'export' }, { signal: watch.signal }),
    );
    return piece.map((row, number) => {
      const answer = answers[number];
      if (answer === undefined) throw new Error(`row ${number + 1} of ${piece.length} has no answer`);
      return answered(row, answer, spec.explain);
    });
  }
  let rowsWritten = 0;
  onProgress(rowsWritten);
  for await (const rows of inOrder(pieces(source, spec.counts.rows), PIECES, lookUp)) {
    watch.signal.throwIfAborted();
    yield rows;
    rowsWritten += rows.length;
    onProgress(rowsWritten);
  }
}

/**
 * Looks the rows up piece by piece, and writes the file with the answers before each row. The upload stays until the job has
 * ended, for the attempt that may follow: `sweepUploads` deletes it.
 */
export async function runMatch(
  deps: Running,
  claim: Claim,
  job: MatchJob,
  signal: AbortSignal,
): Promise<readonly ResultFile[]> {
  const { intake } = deps;
  const { spec } = job;
  const [version, grants] = await visibleToJob(deps, job, signal);
  return writeResults(deps, claim, signal, async ({ watch, write }) => {
    const source = await openRows(deps, job);
    const { dialect, columns } = source;
    const file = { filename: `${job.id}.csv`, contentType: CONTENT_TYPE };
    const after = spec.explain ? EVIDENCE_COLUMNS : [];
    const rows = answeredRows(deps, job, source, { index: matchIndexOf(version), grants }, watch);
    try {
      return [
        await write(file, (target) =>
          intake.writeRows({ target, dialect, before: VERDICT_COLUMNS, source: columns, after }, rows),
        ),
      ];
    } finally {
      await source.close();
    }
  });
}
