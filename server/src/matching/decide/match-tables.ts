/** Matching beside the data: rows of one table to verdicts in another, against the index of a data version. */
import type { DataSession, MatchParameters, Procedure } from '../../core/ports/procedure.ts';
import type { Row, Value } from '../../core/rows.ts';
import { INDEX_ROW, LOCATED_ROW, type RowShape } from '../index/tables.ts';
import type { RowReader } from '../read/row.ts';
import { type CandidateSource, matchAddresses, matchPoints } from './match.ts';
import type { Verdict } from './verdict.ts';

/** Passed to the engine at a time. */
const KEYS_PER_APPEND = 20_000;

const FOUND =
  'FROM match_keys AS k SEMI JOIN looked_up AS l ON l.key = k.key JOIN match_rows AS m ON m.row_id = k.row_id';
/** Properties that the account may not see do not exist for it. */
const GRANTED = ' SEMI JOIN granted AS g ON g.property_id = m.property_id';
/** What few keys find is named, so that only the row groups are read that hold it; a join alone reads all of them. */
const FEW_KEYS = 500;
const FEW_ROWS = 1000;
const FOUND_IDS = 'SELECT DISTINCT k.row_id FROM match_keys AS k SEMI JOIN looked_up AS l ON l.key = k.key';
const KNOWN = 'SELECT k.key FROM match_known AS k SEMI JOIN looked_up AS l ON l.key = k.key';

/** Most keys are beyond 2^53, and come as they are; the few others come as numbers. */
function keyOf(value: Value | undefined): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  throw new TypeError('a key of the match index is no integer');
}

async function lookUp(session: DataSession, keys: readonly bigint[]): Promise<void> {
  const table = await session.createTable('looked_up', [{ name: 'key', type: 'id' }]);
  for (let start = 0; start < keys.length; start += KEYS_PER_APPEND) {
    table.append(keys.slice(start, start + KEYS_PER_APPEND).map((key) => [key]));
  }
  table.close();
}

/** Narrows the rows of `FOUND`. Of five rows against ten million properties, a look-up takes 0.1 s instead of 0.7. */
async function narrowed(session: DataSession, keys: readonly bigint[]): Promise<string> {
  if (keys.length > FEW_KEYS) return '';
  const ids: number[] = [];
  for await (const rows of session.read(FOUND_IDS)) ids.push(...rows.map(([id]) => Number(id)));
  if (ids.length > FEW_ROWS) return '';
  return ids.length === 0 ? ' WHERE false' : ` WHERE m.row_id IN (${ids.join()})`;
}

async function find<Found>(
  session: DataSession,
  keys: readonly bigint[],
  { columns, read }: RowShape<Found>,
  grantedOnly: boolean,
): Promise<ReadonlyMap<bigint, readonly Found[]>> {
  const found = new Map<bigint, Found[]>();
  if (keys.length === 0) return found;
  await lookUp(session, keys);
  const byRowId = new Map<number, Found>();
  const from = (grantedOnly ? FOUND + GRANTED : FOUND) + (await narrowed(session, keys));
  for await (const rows of session.read(`SELECT k.key, m.row_id, ${columns('m')} ${from}`)) {
    for (const [key, id, ...values] of rows) {
      // One object for a row however many keys find it: its collector tells rows apart by identity.
      const rowId = Number(id);
      const row = byRowId.get(rowId) ?? read(values);
      byRowId.set(rowId, row);
      const others = found.get(keyOf(key));
      if (others === undefined) found.set(keyOf(key), [row]);
      else others.push(row);
    }
  }
  return found;
}

/** The index in tables `match_rows`, `match_keys` and `match_known`; with `grantedOnly` of the properties in table `granted`. */
function tableIndex(session: DataSession, grantedOnly: boolean): CandidateSource {
  return {
    rows: (keys) => find(session, keys, INDEX_ROW, grantedOnly),
    located: (keys) => find(session, keys, LOCATED_ROW, grantedOnly),
    async known(keys) {
      const known = new Set<bigint>();
      if (keys.length === 0) return known;
      await lookUp(session, keys);
      for await (const rows of session.read(KNOWN)) for (const [key] of rows) known.add(keyOf(key));
      return known;
    },
  };
}

const VERDICTS = [
  { name: 'row', type: 'id' },
  { name: 'status', type: 'text' },
  { name: 'reason', type: 'text' },
  { name: 'property_id', type: 'id' },
] as const;
const EVIDENCE = [
  { name: 'confidence', type: 'number' },
  { name: 'codes', type: 'text' },
  { name: 'matched_address', type: 'text' },
  { name: 'candidates', type: { list: 'id' } },
] as const;

/** In the order of `VERDICTS`. */
function verdictValues({ status, reason, propertyId }: Verdict, row: number): Row {
  return [row, status, reason, propertyId];
}

/** In the order of `EVIDENCE`. */
function evidenceValues({ confidence, codes, matchedAddress, candidates }: Verdict): Row {
  return [confidence, codes.join(' '), matchedAddress, candidates.map(({ propertyId }) => propertyId)];
}

/**
 * Makes table `verdicts`, which has a row for each of the input, by its number; with `explain` also the evidence. All rows
 * are looked up together: the caller bounds their number.
 */
async function decideAll(
  session: DataSession,
  { explain }: Pick<MatchParameters, 'explain'>,
  decide: (asked: readonly Row[]) => Promise<readonly Verdict[]>,
): Promise<void> {
  const asked: Row[] = [];
  for await (const rows of session.input()) for (const row of rows) asked.push(row);
  const verdicts = await decide(asked);
  if (verdicts.length !== asked.length) throw new Error(`${verdicts.length} of ${asked.length} rows were decided`);
  const table = await session.createTable('verdicts', explain ? [...VERDICTS, ...EVIDENCE] : VERDICTS);
  table.append(
    verdicts.map((verdict, row) =>
      explain ? [...verdictValues(verdict, row), ...evidenceValues(verdict)] : verdictValues(verdict, row),
    ),
  );
  table.close();
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** With a reader that may outlive the call: the next file of a customer has the same towns. */
export function matchAddressTable(reader: RowReader): Procedure<'match-addresses'> {
  return (session, parameters) => {
    const source = tableIndex(session, parameters.grantedOnly);
    return decideAll(session, parameters, (asked) => {
      const rows = asked.map(([address, city, state, zip]) => ({
        address: text(address),
        city: text(city),
        state: text(state),
        zip: text(zip),
      }));
      return matchAddresses(rows, source, reader);
    });
  };
}

export const matchPointTable: Procedure<'match-points'> = (session, parameters) => {
  const source = tableIndex(session, parameters.grantedOnly);
  return decideAll(session, parameters, (asked) => {
    const rows = asked.map(([latitude, longitude]) => ({ latitude: text(latitude), longitude: text(longitude) }));
    return matchPoints(rows, parameters.radiusMeters, source);
  });
};
