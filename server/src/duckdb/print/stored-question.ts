/** Questions about stored tables in the engine's SQL. */
import { STORED, type StoredQuestion } from '../../core/plan/stored-question.ts';
import { printExpression } from './expression.ts';
import { identifier, literal } from './identifiers.ts';
import type { Printed } from './printed.ts';

type Asked<Kind extends StoredQuestion['ask']> = Extract<StoredQuestion, { readonly ask: Kind }>;

/** A cell is shown, not stored: the start of a long one says enough. */
const LONGEST_CELL = 200;

function printCoverage({ table, day, columns }: Asked<'coverage'>): Printed {
  const known = columns.map((name) => `count(${identifier(name)})`).join(', ');
  const days = day === null ? 'NULL' : `list_sort(list(DISTINCT ${identifier(day)}))`;
  return {
    sql: `SELECT count(*) AS rows, count(DISTINCT property_id) AS properties, [${known}] AS known, ${days} AS days
FROM ${identifier(table)}`,
    parameters: {},
  };
}

function printAbsent({ table, other, limit }: Asked<'absent'>): Printed {
  return {
    sql: `WITH absent AS (SELECT property_id FROM ${identifier(table)} ANTI JOIN ${identifier(other)} USING (property_id))
SELECT (SELECT count(DISTINCT property_id) FROM absent) AS properties,
  (SELECT list(property_id ORDER BY property_id) FROM (SELECT DISTINCT property_id FROM absent ORDER BY property_id LIMIT $limit)) AS ids`,
    parameters: { limit },
  };
}

function printMatching({ table, day, where }: Asked<'matching'>): Printed {
  const column = day === null ? 'NULL' : `${STORED}.${identifier(day)}`;
  return {
    sql: `SELECT count(*) AS rows, count(DISTINCT ${STORED}.property_id) AS properties, min(${column}) AS first_day, max(${column}) AS last_day
FROM ${identifier(table)} AS ${STORED} WHERE ${printExpression(where)}`,
    parameters: {},
  };
}

function printMatchingIds({ table, where, limit }: Asked<'matching-ids'>): Printed {
  const least = limit === undefined ? '' : ' ORDER BY property_id LIMIT $limit';
  return {
    sql: `SELECT list(property_id ORDER BY property_id) AS ids
FROM (SELECT DISTINCT ${STORED}.property_id FROM ${identifier(table)} AS ${STORED} WHERE ${printExpression(where)}${least})`,
    parameters: limit === undefined ? {} : { limit },
  };
}

/** Each row of either side that is not the same in the other, beside its other side. */
function printCompared({ before, after, key, columns }: Asked<'differences'> | Asked<'different-rows'>): string {
  const onKey = key.map((name) => `old.${identifier(name)} = new.${identifier(name)}`).join(' AND ');
  const differs = columns.map((name) => `old.${identifier(name)} IS DISTINCT FROM new.${identifier(name)}`);
  const keys = key.map((name) => `coalesce(new.${identifier(name)}, old.${identifier(name)}) AS ${identifier(name)}`);
  return `compared AS (
  SELECT ${keys.join(', ')}, old, new,
    CASE WHEN old.property_id IS NULL THEN 'added' WHEN new.property_id IS NULL THEN 'removed'
      WHEN ${differs.join(' OR ') || 'false'} THEN 'changed' END AS change
  FROM ${identifier(before)} AS old FULL JOIN ${identifier(after)} AS new ON ${onKey}
)`;
}

function printDifferences(asked: Asked<'differences'>): Printed {
  const { columns, day } = asked;
  const values = columns.map(
    (name) =>
      `count(*) FILTER (change = 'changed' AND old.${identifier(name)} IS DISTINCT FROM new.${identifier(name)})`,
  );
  const count = (change: string) => `count(*) FILTER (change = ${literal(change)}) AS ${change}`;
  return {
    sql: `WITH ${printCompared(asked)}
SELECT ${day === null ? 'NULL' : identifier(day)} AS day, ${['added', 'removed', 'changed'].map(count).join(', ')},
  [${values.join(', ')}] AS values
FROM compared WHERE change IS NOT NULL GROUP BY 1 ORDER BY 1`,
    parameters: {},
  };
}

function printDifferentRows(asked: Asked<'different-rows'>): Printed {
  const { key, columns, limit } = asked;
  const shown = (side: string, name: string) => `left(CAST(${side}.${identifier(name)} AS VARCHAR), ${LONGEST_CELL})`;
  const cells = columns.map(
    (name) => `CASE WHEN old.${identifier(name)} IS DISTINCT FROM new.${identifier(name)}
      THEN {'column': ${literal(name)}, 'before': ${shown('old', name)}, 'after': ${shown('new', name)}} END`,
  );
  const keys = key.map(identifier);
  return {
    sql: `WITH ${printCompared(asked)}, first_ones AS (
  SELECT * FROM compared WHERE change IS NOT NULL ORDER BY ${keys.join(', ')} LIMIT $limit
)
SELECT change, [${keys.map((name) => `CAST(${name} AS VARCHAR)`).join(', ')}] AS key,
  CASE WHEN change = 'changed' THEN list_filter([${cells.join(', ')}], lambda cell: cell IS NOT NULL) END AS values
FROM first_ones ORDER BY ${keys.join(', ')}`,
    parameters: { limit },
  };
}

export function printStoredQuestion(question: StoredQuestion): Printed {
  switch (question.ask) {
    case 'coverage':
      return printCoverage(question);
    case 'absent':
      return printAbsent(question);
    case 'matching':
      return printMatching(question);
    case 'matching-ids':
      return printMatchingIds(question);
    case 'differences':
      return printDifferences(question);
    case 'different-rows':
      return printDifferentRows(question);
  }
}
