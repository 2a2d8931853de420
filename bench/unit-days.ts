/** Observations of units, made by the engine from numbers: 25 columns as the demo data fills them, in the order of properties, units and days. */
import { dirname } from 'node:path';
import type { App } from '../server/dist/app.js';

/** Of which a property has this many. */
export const UNITS = 20;
export const FIRST_PROPERTY = 1_000_000;

const salted = (salt: number) => `hash(i + ${salt})`;
const MONEY = (salt: number, most: number) =>
  `CASE WHEN ${salted(salt)} % 8 = 0 THEN NULL ELSE CAST(800 + ${salted(salt)} % ${most} AS DOUBLE) + (${salted(salt)} % 4) * 0.25 END`;

export interface Observations {
  /** `YYYY-MM-DD`. */
  readonly firstDay: string;
  readonly days: number;
  readonly properties: { readonly from: number; readonly to: number };
  /** Other values with the same keys. */
  readonly salt?: number;
}

/** SQL of the rows: one for each unit of each property on each day. */
export function observations({ firstDay, days, properties, salt = 0 }: Observations): string {
  const perProperty = UNITS * days;
  const day = `DATE '${firstDay}' + CAST(n % ${days} AS INTEGER)`;
  const listed = (number: number, rent: number) =>
    `{'months': ${number}, 'rent': CAST(1000 + ${salted(rent)} % 2000 AS DOUBLE)}`;
  return `SELECT CAST(${FIRST_PROPERTY} + n // ${perProperty} AS BIGINT) AS property_id,
    'u' || lpad(CAST((n // ${days}) % ${UNITS} AS VARCHAR), 4, '0') AS unit_id, ${day} AS date,
    list_extract(['available', 'applied', 'leased'], CAST(1 + ${salted(1)} % 3 AS BIGINT)) AS unit_status,
    ${day} + CAST(${salted(2)} % 60 AS INTEGER) AS date_available, CASE WHEN ${salted(3)} % 5 = 0 THEN ${day} + 3 END AS date_leased,
    ${day} - CAST(n % 40 AS INTEGER) AS enter_market, CASE WHEN ${salted(4)} % 6 = 0 THEN ${day} + 9 END AS exit_market,
    CAST(n % 40 AS INTEGER) AS days_on_market, ${MONEY(5, 3000)} AS rent, ${MONEY(5, 3000)} AS max_rent,
    ${MONEY(6, 3000)} AS net_effective_rent, ${MONEY(7, 900)} AS annual_rent_reduction_value,
    CASE WHEN ${salted(8)} % 5 = 0 THEN '6 weeks free, on 14 months' END AS concession_details,
    [${listed(6, 9)}, ${listed(12, 10)}] AS lease_terms, 6 AS min_lease_term_months, 12 AS best_term_months,
    500.0::DOUBLE AS deposit, 50.0::DOUBLE AS application_fee, 100.0::DOUBLE AS admin_fee,
    ${day} - CAST(n % 20 AS INTEGER) AS last_rent_change_date, CAST(${salted(11)} % 100 AS DOUBLE) - 50 AS last_rent_change,
    CAST(${salted(12)} % 100 AS DOUBLE) - 50 AS rent_change_30d, CAST(${salted(13)} % 4 AS INTEGER) AS rent_changes_30d_count,
    CASE WHEN ${salted(14)} % 2 = 0 THEN [{'from_date': ${day} - CAST(n % 40 AS INTEGER),
      'price': CAST(1000 + ${salted(15)} % 2000 AS DOUBLE), 'effective_price': CAST(900 + ${salted(16)} % 2000 AS DOUBLE)}] END AS price_history
  FROM (SELECT range AS n, range + ${salt} AS i FROM range(${properties.from * perProperty}, ${properties.to * perProperty}))`;
}

/** Has the engine of the program write a file. */
export async function writeByEngine(
  { deps: { engine } }: Pick<App, 'deps'>,
  copy: string,
  path: string,
): Promise<void> {
  const program = {
    tables: {},
    inputs: {},
    directories: [dirname(path)],
    steps: [{ sql: copy, parameters: { path } }],
  };
  await engine.run(program, { lane: 'load' }, { signal: new AbortController().signal });
}
