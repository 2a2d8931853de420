/**
 * Which of the values in some rows are on the list of those that may not come back. The list has keyed hashes, and the engine's processes
 * have no key: by a sieve of a few digits they find the values that may be meant, one of 4,096 for each on the list, and the hash decides
 * here. What the engine is given for that is itself made with the key, so that what the database has of a value tells nothing without it.
 */
import type { ErasedList, ErasedValue } from '../../core/ports/database/erasures.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { COMPARED_TEXT, type Program, type Watch } from '../../core/ports/engine.ts';
import type { Signer } from '../../core/ports/secrets.ts';
import { quoteName } from '../sql.ts';
import { type Answers, Steps } from '../steps.ts';
import type { TableColumn } from '../tables.ts';
import { personalTexts } from './personal-sql.ts';

const SIEVES = 'sieves';
const SIEVE_DIGITS = 3;

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** For the engine alone: it tells nothing of the key. */
function saltOf(signer: Pick<Signer, 'hash'>): string {
  return hexOf(signer.hash('the sieve of erased values'));
}

function sieveOf(value: string): string {
  return `left(sha256($salt || ${value}), ${SIEVE_DIGITS})`;
}

/** The values as they are compared, each with its entry of the list, each once; blank ones are left out. */
export async function describeValues(
  { engine, erasureSigner }: Pick<Deps, 'engine' | 'erasureSigner'>,
  values: readonly string[],
  watch: Watch,
): Promise<readonly (ErasedValue & { readonly compared: string })[]> {
  const steps = new Steps();
  const answer = steps.ask(
    `SELECT DISTINCT ${COMPARED_TEXT}(value) AS value, ${sieveOf(`${COMPARED_TEXT}(value)`)} AS sieve FROM given ORDER BY value`,
    { salt: saltOf(erasureSigner) },
  );
  const given = { columns: [{ name: 'value', type: 'text' } as const], batches: [values.map((value) => [value])] };
  const program = { tables: {}, inputs: { given }, directories: [], steps: steps.list };
  const rows = answer(await engine.run(program, { lane: 'load' }, watch));
  return rows
    .map((row) => ({ compared: String(row['value']), sieve: String(row['sieve']) }))
    .filter(({ compared }) => compared !== '')
    .map(({ compared, sieve }) => ({ compared, sieve, hash: erasureSigner.hash(compared) }));
}

/** Rows that are asked about: SQL for them, and what of a program they need. */
export interface AskedRows extends Pick<Program, 'tables' | 'directories'> {
  readonly from: string;
  readonly columns: readonly TableColumn[];
}

function candidates(steps: Steps, { from, columns }: AskedRows, salt: string): (answers: Answers) => readonly string[] {
  // Normalising and hashing each value once costs little beside reading them.
  const texts = columns.flatMap((column) => {
    const list = personalTexts(column);
    return list === null ? [] : [`SELECT DISTINCT unnest(${list}) AS text FROM ${from}`];
  });
  const answer = steps.ask(
    `SELECT DISTINCT value FROM (
      SELECT ${COMPARED_TEXT}(text) AS value FROM (SELECT DISTINCT text FROM (${texts.join(' UNION ALL ')})) WHERE text IS NOT NULL
    ) WHERE ${sieveOf('value')} IN (SELECT ${quoteName('sieve')} FROM ${SIEVES})`,
    { salt },
  );
  return (answers) => answer(answers).map((row) => String(row['value']));
}

/** Those of the values in the rows that are on the list, as they are compared. */
export async function findListed(
  { engine, erasureSigner }: Pick<Deps, 'engine' | 'erasureSigner'>,
  { values }: ErasedList,
  rows: AskedRows,
  watch: Watch,
): Promise<readonly string[]> {
  if (values.length === 0 || rows.columns.length === 0) return [];
  const steps = new Steps();
  const found = candidates(steps, rows, saltOf(erasureSigner));
  const sieves = [...new Set(values.map(({ sieve }) => sieve))];
  const program = {
    tables: rows.tables,
    directories: rows.directories,
    inputs: {
      [SIEVES]: { columns: [{ name: 'sieve', type: 'text' } as const], batches: [sieves.map((sieve) => [sieve])] },
    },
    steps: steps.list,
  };
  const listed = new Set(values.map(({ hash }) => hexOf(hash)));
  const meant = found(await engine.run(program, { lane: 'load' }, watch));
  return meant.filter((value) => listed.has(hexOf(erasureSigner.hash(value))));
}
