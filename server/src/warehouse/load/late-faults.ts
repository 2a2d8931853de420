/** What can only be checked with all rows at hand: whose key a provider's key is, which properties exist, which rows share a key. */

import { quoteName, quoteNames, quoteText } from '../sql.ts';
import type { Steps } from '../steps.ts';
import { PROPERTY_ID, SOURCE_ID } from './column-mapping.ts';
import { isDeletion, type StagedTable, soundRows, stagedName } from './staged-table.ts';

/** The numbers of providers' keys. New ones get -1, -2, … in the order of their rows, until they are numbered. */
function sourceNumbers(properties: StagedTable | undefined): string {
  const stored = 'SELECT source_id, property_id FROM properties WHERE source_id IS NOT NULL';
  if (!properties?.hasSourceId) return stored;
  return `${stored} UNION ALL
    SELECT source_id, coalesce(min(staged.property_id), -row_number() OVER (ORDER BY min(ROW(_file, _line)))) AS property_id
    FROM ${stagedName(properties.table)} AS staged ANTI JOIN properties USING (source_id)
    WHERE _faults IS NULL AND source_id IS NOT NULL AND NOT ${isDeletion(properties, 'staged')} GROUP BY source_id`;
}

function numberRows(steps: Steps, { table, hasSourceId }: StagedTable): void {
  if (!hasSourceId) return;
  steps.add(`UPDATE ${stagedName(table)} AS staged SET property_id = sources.property_id FROM sources
    WHERE staged.property_id IS NULL AND staged._faults IS NULL AND staged.source_id = sources.source_id`);
}

/** One provider's key is one property. */
function findTakenSources(steps: Steps, { table, hasSourceId }: StagedTable): void {
  if (!hasSourceId) return;
  steps.add(`INSERT INTO late_faults
    SELECT ${quoteText(table.name)}, _file, _line, '${SOURCE_ID}', 'belongs to property ' || sources.property_id, source_id
    FROM ${stagedName(table)} AS staged JOIN sources USING (source_id)
    WHERE _faults IS NULL AND staged.property_id <> sources.property_id`);
}

/** What a row deletes of a property that is not there is gone already. */
function findUnknownProperties(steps: Steps, staged: StagedTable): void {
  const { table, hasSourceId } = staged;
  const bySource = hasSourceId ? `coalesce(${SOURCE_ID}, '')` : "''";
  steps.add(`INSERT INTO late_faults
    SELECT ${quoteText(table.name)}, _file, _line, CASE WHEN property_id IS NULL THEN '${SOURCE_ID}' ELSE '${PROPERTY_ID}' END,
      'is not in properties', coalesce(property_id::VARCHAR, ${bySource})
    FROM (${soundRows(staged)}) ANTI JOIN known_properties USING (property_id) WHERE NOT ${isDeletion(staged)}`);
}

/** The first row of a key is kept. */
function findDuplicates(steps: Steps, staged: StagedTable): void {
  const { table } = staged;
  const keys = quoteNames(table.key);
  const shown = table.key.map((name) => `${quoteName(name)}::VARCHAR`).join(`, `);
  steps.add(`INSERT INTO late_faults
    WITH sound AS (SELECT _file, _line, ${keys} FROM (${soundRows(staged)})),
      repeated AS (SELECT ${keys}, min(ROW(_file, _line)) AS first FROM sound GROUP BY ALL HAVING count(*) > 1)
    SELECT ${quoteText(table.name)}, _file, _line, ${quoteText(table.key.join(', '))},
      'has the key of ' || CASE WHEN first[1] = _file THEN '' ELSE 'file ' || (first[1] + 1) || ', ' END || 'line ' || first[2],
      concat_ws(', ', ${shown})
    FROM sound JOIN repeated USING (${keys}) WHERE ROW(_file, _line) <> first`);
}

/** Fills table `late_faults`; makes `sources`, whose rows without a number yet have a negative one. */
export function findLateFaults(steps: Steps, tables: readonly StagedTable[]): void {
  const properties = tables.find(({ table }) => table.name === 'properties');
  steps.add(
    'CREATE TEMP TABLE late_faults (_table VARCHAR, _file INTEGER, _line BIGINT, "column" VARCHAR, reason VARCHAR, "value" VARCHAR)',
  );
  steps.add(`CREATE TEMP TABLE sources AS ${sourceNumbers(properties)}`);
  for (const staged of tables) numberRows(steps, staged);
  for (const staged of tables) findTakenSources(steps, staged);
  if (properties !== undefined) findDuplicates(steps, properties);
  const [loaded, deleted] = ['NOT ', ''].map((not) =>
    properties === undefined
      ? 'SELECT NULL::BIGINT WHERE false'
      : `SELECT property_id FROM (${soundRows(properties)}) WHERE ${not}${isDeletion(properties)}`,
  );
  steps.add(
    `CREATE TEMP TABLE known_properties AS (SELECT property_id FROM properties UNION ${loaded}) EXCEPT ${deleted}`,
  );
  for (const staged of tables) {
    if (staged === properties) continue;
    findUnknownProperties(steps, staged);
    findDuplicates(steps, staged);
  }
}
