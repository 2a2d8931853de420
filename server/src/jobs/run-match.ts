import type { Claim } from '../core/database.ts';
import type { ResultCells, SourceRow, SourceRows } from '../core/intake.ts';
import type { JobOf, ResultFile } from '../core/job.ts';
import type { Deps, InputTable, ResultRow, Row } from '../core/ports.ts';
import { type MatchQuestion, matchProgram } from '../warehouse/match-query.ts';
import { jobDataVersion } from './read.ts';
import { type ResultWriter, writeResults } from './result-writer.ts';

type Running = Pick<Deps, 'db' | 'engine' | 'store' | 'intake' | 'clock' | 'tracer' | 'policy'>;
type MatchJob = JobOf<'match'>;

const BEFORE = ['reonomy_id', 'status', 'miss_reason'];
const EVIDENCE = ['match_confidence', 'match_codes', 'matched_address', 'candidates'];
const CONTENT_TYPE = 'text/csv; charset=utf-8';

async function openRows({ store, intake }: Running, { spec }: MatchJob): Promise<SourceRows> {
  return intake.readRows(await store.open(spec.inputKey));
}

/** A cell as the matcher reads it. A row that is not UTF-8 says nothing that could be read. */
function cellAt(row: SourceRow, index: number): string {
  return row.fault === 'not_utf8' ? '' : (row.cells[index] ?? '');
}

/** Row numbers and mapped cells, as the file is read. */
function askedTable({ columns, batches }: SourceRows, { spec }: MatchJob, question: MatchQuestion): InputTable {
  const places = question.parameters.map((parameter) => columns.indexOf(spec.mapping[parameter] ?? ''));
  async function* asked(): AsyncGenerator<readonly Row[], void, undefined> {
    let number = 0;
    for await (const batch of batches)
      yield batch.map((row) => [number++, ...places.map((place) => cellAt(row, place))]);
  }
  return { columns: question.columns, batches: asked() };
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

/** The customer's rows with their answers, as they are written: every row in its order. */
async function* answered(
  { batches }: SourceRows,
  answers: readonly ResultRow[],
  explain: boolean,
  { watch }: ResultWriter,
): AsyncGenerator<readonly ResultCells[], void, undefined> {
  let number = 0;
  for await (const batch of batches) {
    watch.signal.throwIfAborted();
    yield batch.map((row): ResultCells => {
      const answer = answers[number++];
      if (answer === undefined) throw new Error(`row ${number} of the file has no answer`);
      const before = [text(answer['reonomy_id']), text(answer['status']), text(answer['reason'])];
      return { before, source: row.cells, after: explain ? evidenceOf(answer) : [] };
    });
    watch.onProgress({ phase: 'running', rowsWritten: number, rowsTotal: answers.length });
  }
}

/**
 * Looks all rows up in one program of the engine, then writes the file anew with the answers before each row. The upload stays until
 * the job has ended, for the attempt that may follow: `sweepUploads` deletes it.
 */
export async function runMatch(
  deps: Running,
  claim: Claim,
  job: MatchJob,
  signal: AbortSignal,
): Promise<readonly ResultFile[]> {
  const { db, engine, intake, policy } = deps;
  const { spec } = job;
  const [version, grants] = await Promise.all([jobDataVersion(deps, job), db.accounts.grants(job.accountId)]);
  return writeResults(deps, claim, signal, async (writer) => {
    const { watch, write } = writer;
    watch.onProgress({ phase: 'running', rowsWritten: 0, rowsTotal: spec.counts.rows });
    const { question, program, answersOf } = matchProgram(spec, version, grants, policy.matchRadiusMeters);
    const asked = askedTable(await openRows(deps, job), job, question);
    const answers = answersOf(await engine.work(program(asked), { signal: watch.signal }));
    const source = await openRows(deps, job);
    const { dialect, columns } = source;
    const file = { filename: `${job.id}.csv`, contentType: CONTENT_TYPE };
    const after = spec.explain ? EVIDENCE : [];
    const rows = answered(source, answers, spec.explain, writer);
    return [
      await write(file, (path) => intake.writeRows({ path, dialect, before: BEFORE, source: columns, after }, rows)),
    ];
  });
}
