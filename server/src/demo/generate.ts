/** The demo data: invented properties, or invented histories of given ones, as Parquet files ready to be loaded. */

import { sqlType } from '../core/column-types.ts';
import { utcDay } from '../core/dates.ts';
import type { Deps } from '../core/ports/deps.ts';
import type { Watch } from '../core/ports/engine.ts';
import { MS_PER_DAY } from '../core/time.ts';
import { TABLES } from '../warehouse/tables.ts';
import { FLOORPLAN_DAYS, PROPERTY_DAYS, UNIT_DAYS } from './day-tables.ts';
import { DETAILS, detailInputs } from './details.ts';
import { FLOORPLANS, PROPERTIES, type TableSource, UNITS } from './entity-tables.ts';
import { demoInputs } from './inputs.ts';
import { lastFullMonth, makePlan, type Plan, type PlanOptions } from './plan.ts';
import { OBSERVATIONS } from './rents/observations.ts';

export { DEMO_SIZES, type DemoSize, type ListedProperty } from './plan.ts';

export interface GenerateOptions extends Omit<PlanOptions, 'end'> {
  /** The month, `YYYY-MM`, with whose last day the data ends; by default the last full month. */
  readonly end?: string | undefined;
  /** An existing directory. Files of the tables' names are replaced. */
  readonly outDirectory: string;
}

export interface GeneratedFile {
  readonly file: string;
  readonly rows: number;
}

export interface Generated {
  /** By table, in the order in which they may be loaded. */
  readonly tables: Readonly<Record<string, GeneratedFile>>;
  /** Those with a history of rents, by id; empty if they are known by their providers’ keys. */
  readonly reportedIds: readonly number[];
  readonly firstDay: string;
  readonly lastDay: string;
}

const SOURCES = {
  properties: PROPERTIES,
  floorplans: FLOORPLANS,
  units: UNITS,
  property_days: PROPERTY_DAYS,
  floorplan_days: FLOORPLAN_DAYS,
  unit_days: UNIT_DAYS,
  ...DETAILS,
} as const;
type Generatable = keyof typeof SOURCES;
/** Owners and sales of real properties are not invented. */
const INVENTED: ReadonlySet<string> = new Set(['properties', ...Object.keys(DETAILS)]);

/** Rows of a row group: as many as the exports have. */
const ROW_GROUP_ROWS = 122_880;

/**
 * Writes one Parquet file per table. The same options give the same bytes.
 * Throws `bad_setting` for options that cannot be followed.
 */
export async function generateDemo(
  { engine, clock }: Pick<Deps, 'engine' | 'clock'>,
  options: GenerateOptions,
  watch: Watch,
): Promise<Generated> {
  const plan = makePlan({ ...options, end: options.end ?? lastFullMonth(utcDay(clock())) });
  const names = (Object.keys(SOURCES) as Generatable[]).filter(
    (name) => plan.describesProperties || !INVENTED.has(name),
  );
  const files = names.map((name) => ({ name, file: `${options.outDirectory}/${name}.parquet` }));
  const prepare = [...OBSERVATIONS, ...names.flatMap((name) => SOURCES[name].prepare)];
  const write = files.map(({ name, file }) => writeStatement(name, plan, file));
  const answers = await engine.run(
    {
      tables: {},
      inputs: { ...demoInputs(plan), ...(plan.describesProperties && detailInputs(plan)) },
      directories: [options.outDirectory],
      steps: [...prepare, ...write].map((sql) => ({ sql, parameters: periodParameters(plan) })),
    },
    { lane: 'load' },
    watch,
  );
  const tables = files.map(({ name, file }, index) => {
    const rows = Number(answers[prepare.length + index]?.[0]?.['Count']);
    return [name, { file, rows }] as const;
  });
  const { firstDay, lastDay } = plan.period;
  return {
    tables: Object.fromEntries(tables),
    reportedIds: plan.properties.flatMap(({ key }) => (typeof key === 'number' ? [key] : [])),
    firstDay: dayText(firstDay),
    lastDay: dayText(lastDay),
  };
}

function periodParameters({ period }: Plan): Readonly<Record<string, number>> {
  return { history_first_day: period.historyFirstDay, first_day: period.firstDay, last_day: period.lastDay };
}

function dayText(day: number): string {
  return utcDay(new Date(day * MS_PER_DAY));
}

function writeStatement(name: Generatable, { keyColumn }: Plan, file: string): string {
  const source: TableSource = SOURCES[name];
  const given = TABLES[name].columns.filter(({ computed }) => computed === undefined);
  const columns = given.map((column) => {
    if (column.name === 'property_id' && keyColumn !== 'property_id') return `p.key AS "${keyColumn}"`;
    // A column that is new in a report is empty in demo data until it gets a source; a test points it out.
    return `CAST(${source.columns[column.name] ?? 'NULL'} AS ${sqlType(column.type)}) AS "${column.name}"`;
  });
  // The engine takes no parameter for a file's name.
  const path = file.replaceAll("'", "''");
  return `COPY (SELECT ${columns.join(', ')} FROM ${source.from} ORDER BY ${source.orderBy})
    TO '${path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`;
}
