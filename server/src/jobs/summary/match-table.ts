/** The file of a match. It has a customer’s cells, so that our own reader reads it, and the engine is given values. */
import type { JobOf, ResultFile } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { InputTable } from '../../core/ports/engine.ts';
import { RESULT_ROW, type SourceRow } from '../../core/ports/intake.ts';
import type { Row, Value } from '../../core/rows.ts';
import { MATCH_CHARTS } from '../../reports/charts/file-charts.ts';
import { EVIDENCE_COLUMNS, VERDICT_COLUMNS } from '../match-columns.ts';
import type { ResultColumn, ResultTable } from './result-table.ts';

/** Of these, each is a text that goes to the engine: a few seconds’ work. */
const MOST_CELLS = 2_000_000;
const CONFIDENCE = 'match_confidence';

/** A column of the file that is summarised, and its place in a row. */
interface Taken {
  readonly column: ResultColumn;
  readonly place: number;
}

function ours(name: string, place: number): Taken {
  return { column: { name, asked: name, type: name === CONFIDENCE ? 'fraction' : 'text', unit: null }, place };
}

/** What a customer calls them is no name for an engine. */
function theirs(name: string, index: number): Taken {
  return {
    column: { name, asked: `cell_${index}`, type: 'text', unit: null },
    place: VERDICT_COLUMNS.length + index,
  };
}

/** An empty cell says nothing. */
function valueAt(row: SourceRow, { column, place }: Taken): Value {
  const cell = row.fault === 'not_utf8' ? '' : (row.cells[place] ?? '');
  if (cell === '') return null;
  return column.type === 'text' ? cell : Number(cell);
}

async function* valuesOf(
  { store, intake }: Pick<Deps, 'store' | 'intake'>,
  { key }: ResultFile,
  taken: readonly Taken[],
): AsyncGenerator<readonly Row[], void, undefined> {
  const { batches } = await intake.readRows(await store.open(key), RESULT_ROW);
  for await (const batch of batches) yield batch.map((row) => taken.map((each) => valueAt(row, each)));
}

/** All of our columns, and of the customer’s as many as the bound on cells allows, from the first. */
export function matchTable(deps: Pick<Deps, 'store' | 'intake'>, { spec, results }: JobOf<'match'>): ResultTable {
  const [file] = results;
  const { headers, explain } = spec;
  const evidence = explain ? EVIDENCE_COLUMNS : [];
  const fitting = Math.floor(MOST_CELLS / Math.max(1, file?.rows ?? 0)) - VERDICT_COLUMNS.length - evidence.length;
  const shown = headers.slice(0, Math.max(0, fitting));
  const taken = [
    ...VERDICT_COLUMNS.map(ours),
    ...shown.map(theirs),
    ...evidence.map((name, index) => ours(name, VERDICT_COLUMNS.length + headers.length + index)),
  ];
  const columns = taken.map(({ column }) => column);
  return {
    source: {
      input: (): InputTable => ({
        columns: columns.map(({ asked, type }) => ({ name: asked, type })),
        batches: file === undefined ? [] : valuesOf(deps, file, taken),
      }),
    },
    columns,
    columnsLeftOut: headers.length - shown.length,
    charts: MATCH_CHARTS,
    days: null,
    dayCount: 0,
    uuid: 'reonomy_id',
  };
}
