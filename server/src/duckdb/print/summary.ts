/** Questions about finished results in the engine's SQL. */
import { isScalar } from '../../core/column-types.ts';
import type {
  AskedColumn,
  Grouped,
  GroupedRows,
  Grouping,
  Measure,
  Spread,
  SummaryQuestion,
} from '../../core/plan/summary.ts';
import { type Parameters, PROPERTY_UUID } from '../../core/ports/engine.ts';
import { identifier, literal } from './identifiers.ts';
import type { Printed } from './printed.ts';

type Asked<Kind extends SummaryQuestion['ask']> = Extract<SummaryQuestion, { readonly ask: Kind }>;

/** What is shown of a text. */
const LONGEST_TEXT = 200;

function isList({ type }: AskedColumn): boolean {
  return !isScalar(type) && 'list' in type;
}

/** What is compared of a column; null where nothing can be. */
function comparable(column: AskedColumn): string | null {
  const name = identifier(column.name);
  if (isList(column)) return `len(${name})`;
  return isScalar(column.type) ? name : null;
}

function textOf(value: string, { type }: AskedColumn): string {
  if (type === 'instant') return `strftime(${value}, '%Y-%m-%dT%H:%M:%SZ')`;
  return `left(CAST(${value} AS VARCHAR), ${LONGEST_TEXT})`;
}

function printFacts({ table, columns }: Asked<'column-facts'>): Printed {
  const facts = columns.map((column) => {
    const value = comparable(column);
    const shown = (how: 'min' | 'max') => (value === null ? 'NULL' : textOf(`${how}(${value})`, column));
    const distinct = value === null ? '0' : `approx_count_distinct(${value})`;
    return `{'nulls': count(*) - count(${identifier(column.name)}), 'least': CAST(${shown('min')} AS VARCHAR), 'greatest': CAST(${shown('max')} AS VARCHAR), 'distinct': ${distinct}}`;
  });
  return {
    sql: `SELECT count(*) AS rows, [${facts.join(',\n  ')}] AS columns FROM ${identifier(table)}`,
    parameters: {},
  };
}

/** The column as a number. */
function numberOf(column: AskedColumn): string {
  const value = comparable(column) ?? 'NULL';
  return column.type === 'date' ? `date_diff('day', DATE '1970-01-01', ${value})` : `CAST(${value} AS DOUBLE)`;
}

const NO_ITEMS = 'CAST([] AS STRUCT("value" VARCHAR, "rows" BIGINT)[])';

/** The entries of a map of counts as (value, rows). */
function itemsOf(counts: string): string {
  return `list_transform(map_entries(${counts}), lambda each: {'value': CAST(each.key AS VARCHAR), 'rows': CAST(each.value AS BIGINT)})`;
}

/** The same, the most frequent first; of equal ones, the first by its text. */
function byFrequency(counts: string): string {
  const sorted = `list_sort(list_transform(map_entries(${counts}), lambda each: {'less': -CAST(each.value AS BIGINT), 'value': each.key}))`;
  return `list_transform(${sorted}, lambda each: {'value': left(each.value, ${LONGEST_TEXT}), 'rows': -each.less})`;
}

function printSpread(spread: Spread, index: number): Printed {
  const { column } = spread;
  const distinct = `count(DISTINCT ${comparable(column) ?? 'NULL'})`;
  if (spread.kind === 'count') return { sql: `{'distinct': ${distinct}, 'items': ${NO_ITEMS}}`, parameters: {} };
  if (spread.kind === 'values') {
    // Of the whole texts: two long ones may begin alike.
    const counts = `histogram(CAST(${identifier(column.name)} AS VARCHAR))`;
    return {
      sql: `{'distinct': CAST(cardinality(${counts}) AS BIGINT), 'items': ${byFrequency(counts)}[1:$most_${index}]}`,
      parameters: { [`most_${index}`]: spread.most },
    };
  }
  const number = numberOf(column);
  const step = `CAST(least(greatest(floor((${number} - CAST($low_${index} AS DOUBLE)) / CAST($width_${index} AS DOUBLE)), 0), $steps_${index} - 1) AS INTEGER)`;
  const counts = `histogram(${step}) FILTER (isfinite(CAST(${number} AS DOUBLE)))`;
  return {
    sql: `{'distinct': ${spread.isCounted ? distinct : 'CAST(NULL AS BIGINT)'}, 'items': ${itemsOf(counts)}}`,
    parameters: { [`low_${index}`]: spread.low, [`width_${index}`]: spread.width, [`steps_${index}`]: spread.steps },
  };
}

function allParameters(printed: readonly Printed[]): Parameters {
  return Object.assign({}, ...printed.map(({ parameters }) => parameters));
}

function printSpreads({ table, spreads }: Asked<'spreads'>): Printed {
  const printed = spreads.map(printSpread);
  return {
    sql: `SELECT [${printed.map(({ sql }) => sql).join(',\n  ')}] AS spreads FROM ${identifier(table)}`,
    parameters: allParameters(printed),
  };
}

/** The columns that the groupings read, each once. */
function columnsOf(groupings: readonly Grouped[]): readonly string[] {
  const read = groupings.flatMap(({ latest, by, measures }) => [
    ...(latest === null ? [] : [...latest.of, latest.day]),
    ...(by.kind === 'cell' ? [by.latitude, by.longitude] : [by.column]),
    ...measures.flatMap((measure) => (measure.how === 'rows' ? [] : [measure.column])),
  ]);
  return [...new Set(read)];
}

function rowsOf({ table, properties }: GroupedRows, columns: readonly string[]): string {
  const list = columns.map(identifier).join(', ');
  if (properties === null) return `SELECT ${list} FROM ${identifier(table)}`;
  const seen = properties.granted === null ? '' : ` SEMI JOIN ${identifier(properties.granted)} USING (property_id)`;
  const uuid = `coalesce(reonomy_id, ${PROPERTY_UUID}(property_id))`;
  return `SELECT ${list} FROM ${identifier(properties.table)}${seen}
  WHERE ${uuid} IN (SELECT ${identifier(properties.uuid)} FROM ${identifier(table)} WHERE ${identifier(properties.uuid)} IS NOT NULL)`;
}

/** The keys of a group, and which rows belong to one. */
function keysOf(by: Grouping): { readonly keys: readonly string[]; readonly where: string } {
  switch (by.kind) {
    case 'day': {
      const day = identifier(by.column);
      return { keys: [day], where: `date_diff('day', ${day}, (SELECT max(${day}) FROM kept)) % ${by.everyDays} = 0` };
    }
    case 'value': {
      const value = identifier(by.column);
      return {
        keys: [`left(CAST(${value} AS VARCHAR), ${LONGEST_TEXT})`],
        where: by.known === true ? `${value} IS NOT NULL` : 'true',
      };
    }
    case 'step': {
      const number = `CAST(${identifier(by.column)} AS DOUBLE)`;
      return { keys: [`floor(${number} / ${by.step}) * ${by.step}`], where: `isfinite(${number})` };
    }
    case 'edges': {
      const number = `CAST(${identifier(by.column)} AS DOUBLE)`;
      const cases = by.edges.toReversed().map((edge) => `WHEN ${number} >= ${edge} THEN ${edge}`);
      return { keys: [`CASE ${cases.join(' ')} END`], where: `${number} >= ${by.edges[0] ?? 0}` };
    }
    case 'cell': {
      const places = [by.latitude, by.longitude].map((name) => `CAST(${identifier(name)} AS DOUBLE)`);
      return {
        keys: places.map((number) => `floor(${number} / ${by.step})`),
        where: places.map((number) => `isfinite(${number})`).join(' AND '),
      };
    }
  }
}

function figureOf(measure: Measure): string {
  switch (measure.how) {
    case 'rows':
      return 'count(*)';
    case 'distinct':
      return `count(DISTINCT ${identifier(measure.column)})`;
    case 'sum':
      return `sum(CAST(${identifier(measure.column)} AS DOUBLE))`;
    case 'mean':
      return `avg(CAST(${identifier(measure.column)} AS DOUBLE))`;
  }
}

function sourceOf(grouped: Grouped): string {
  const { latest } = grouped;
  if (latest === null) return 'kept';
  const fields = columnsOf([grouped]).map((name) => `${literal(name)}: ${identifier(name)}`);
  return `(SELECT latest.* FROM (
    SELECT arg_max({${fields.join(', ')}}, ${identifier(latest.day)}) AS latest FROM kept GROUP BY ${latest.of.map(identifier).join(', ')}
  ))`;
}

function printGrouped(grouped: Grouped, index: number): string {
  const { by, measures, order, most } = grouped;
  const { keys, where } = keysOf(by);
  const shown = [
    ...keys.map((key, at) => `${key} AS key_${at}`),
    ...measures.map((measure, at) => `${figureOf(measure)} AS figure_${at}`),
  ];
  const names = keys.map((_, at) => `key_${at}`);
  const terms = order === 'by-group' ? names : ['figure_0 DESC', ...names.map((name) => `${name} NULLS LAST`)];
  return `SELECT ${index} AS grouping, row_number() OVER (ORDER BY ${terms.join(', ')}) AS rank,
  [${names.map((name) => `CAST(${name} AS VARCHAR)`).join(', ')}] AS key,
  [${measures.map((_, at) => `CAST(figure_${at} AS DOUBLE)`).join(', ')}] AS figures, count(*) OVER () AS groups
FROM (SELECT ${shown.join(', ')} FROM ${sourceOf(grouped)} WHERE ${where} GROUP BY ${names.join(', ')})
QUALIFY rank <= ${most}`;
}

function printGroups({ rows, groupings }: Asked<'groups'>): Printed {
  return {
    sql: `WITH kept AS MATERIALIZED (${rowsOf(rows, columnsOf(groupings))})
SELECT grouping, key, figures, groups FROM (
${groupings.map(printGrouped).join('\nUNION ALL\n')}
) ORDER BY grouping, rank`,
    parameters: {},
  };
}

export function printSummaryQuestion(question: SummaryQuestion): Printed {
  switch (question.ask) {
    case 'column-facts':
      return printFacts(question);
    case 'spreads':
      return printSpreads(question);
    case 'groups':
      return printGroups(question);
  }
}
