/** Asks the engine about a result, in two steps: how its values spread can only be asked once their ends are known. */
import type { GroupedRows, Spread } from '../../core/plan/summary.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Ask, Program, ProgramStep } from '../../core/ports/engine.ts';
import { listOf, type ResultRow } from '../../core/rows.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import type { TimeLimit } from '../../core/turns/time-limit.ts';
import { FOUND_CHARTS } from '../../reports/charts/file-charts.ts';
import type { ChartFigures, ColumnSummary, MapFigures, ResultSummary } from '../../reports/charts/summary.ts';
import { GRANTED, grantedInputs } from '../../reports/granted.ts';
import { TABLES } from '../../warehouse/tables.ts';
import { type AskedCharts, askCharts } from './figures.ts';
import { RESULT, type ResultColumn, type ResultTable } from './result-table.ts';
import { type Facts, factsOf, spreadOf, summaryOf } from './spreads.ts';

/** Of each of the two. */
const LIMIT: TimeLimit = {
  ms: 15 * MS_PER_SECOND,
  tooLong: 'Summarising the result took too long; try again, or download the file',
};
const { name: PROPERTIES, columns: COLUMNS } = TABLES.properties;

/** Which properties a result may be looked up among: those that the account sees now. */
export interface Visible {
  readonly version: DataVersion;
  readonly grants: Grants;
}

type Sources = Pick<Program, 'tables' | 'inputs' | 'directories'>;

function sourcesOf({ source }: ResultTable, visible: Visible | null): Sources {
  const files = visible?.version.tables[PROPERTIES] ?? [];
  return {
    tables: {
      ...('table' in source && { [RESULT]: source.table }),
      ...(visible !== null && { [PROPERTIES]: { columns: COLUMNS, files } }),
    },
    inputs: {
      ...('input' in source && { [RESULT]: source.input() }),
      ...grantedInputs(visible?.grants ?? 'all'),
    },
    directories: [],
  };
}

interface AskedGroups {
  readonly rows: GroupedRows;
  readonly asked: AskedCharts;
}

/** The charts of the file itself, and of the properties that it names. */
function groupsOf({ columns, days, dayCount, charts, uuid }: ResultTable, visible: Visible | null): AskedGroups[] {
  const ofFile = {
    rows: { table: RESULT, properties: null },
    asked: askCharts(charts, { columns: columns.map((column) => ({ ...column, name: column.asked })), days, dayCount }),
  };
  if (uuid === null || visible === null) return [ofFile];
  const granted = visible.grants === 'all' ? null : GRANTED;
  const known = { columns: COLUMNS, days: null, dayCount: 0 };
  const rows = { table: RESULT, properties: { uuid, table: PROPERTIES, granted } };
  return [ofFile, { rows, asked: askCharts(FOUND_CHARTS, known) }];
}

function stepOf({ rows, asked: { charts, map } }: AskedGroups): ProgramStep[] {
  const groupings = [...charts, ...(map === null ? [] : [map])].map(({ grouped }) => grouped);
  return groupings.length === 0 ? [] : [{ question: { ask: 'groups', rows, groupings } }];
}

interface Drawn {
  readonly charts: readonly ChartFigures[];
  readonly map: MapFigures | null;
}

function drawn({ asked: { charts, map } }: AskedGroups, answer: readonly ResultRow[]): Drawn {
  const rowsOf = (grouping: number) => answer.filter((row) => row['grouping'] === grouping);
  const mapRows = rowsOf(charts.length);
  return {
    charts: charts.flatMap(({ figuresOf }, index) => {
      const rows = rowsOf(index);
      return rows.length === 0 ? [] : [figuresOf(rows)];
    }),
    map: map === null || mapRows.length === 0 ? null : map.figuresOf(mapRows),
  };
}

interface KnownColumn {
  readonly column: ResultColumn;
  readonly facts: Facts;
  /** Null for one that is not spread. */
  readonly spread: Spread | null;
}

function knownColumns({ columns }: ResultTable, about: ResultRow | undefined): readonly KnownColumn[] {
  const facts = factsOf(about);
  return columns.map((column, index) => {
    const each = facts[index];
    if (each === undefined) throw new Error(`the engine did not tell of column ${index}`);
    return { column, facts: each, spread: spreadOf({ ...column, name: column.asked }, each) };
  });
}

/** @param visible null where nothing is looked up */
export async function askSummary(ask: Ask, table: ResultTable, visible: Visible | null): Promise<ResultSummary> {
  const asked = table.columns.map(({ asked: name, type }) => ({ name, type }));
  const facts = { question: { ask: 'column-facts', table: RESULT, columns: asked } } as const;
  const [[about] = []] = await ask({ ...sourcesOf(table, null), steps: [facts] }, LIMIT);
  const known = knownColumns(table, about);
  const spreads = known.flatMap(({ spread }) => spread ?? []);
  const groups = groupsOf(table, visible).filter((each) => stepOf(each).length > 0);
  const first: readonly ProgramStep[] =
    spreads.length === 0 ? [] : [{ question: { ask: 'spreads', table: RESULT, spreads } }];
  const answers = await ask({ ...sourcesOf(table, visible), steps: [...first, ...groups.flatMap(stepOf)] }, LIMIT);
  const spreadAnswers = listOf(first.length === 0 ? null : answers[0]?.[0]?.['spreads']);
  const pictures = groups.map((each, index) => drawn(each, answers[first.length + index] ?? []));
  return {
    rows: Number(about?.['rows'] ?? 0),
    columns: known.map(({ column, facts: each, spread }): ColumnSummary => {
      const answer = spread === null ? undefined : spreadAnswers[spreads.indexOf(spread)];
      return summaryOf(column, each, spread === null ? null : { spread, answer });
    }),
    columnsLeftOut: table.columnsLeftOut,
    charts: pictures.flatMap(({ charts }) => charts),
    map: pictures.find(({ map }) => map !== null)?.map ?? null,
  };
}
