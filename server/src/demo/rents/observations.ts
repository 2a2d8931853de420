/**
 * Statements that turn the made-up rows into observations: which days were observed, what each floorplan's and property's units showed on
 * each, what happened to them. Every figure of a property or a floorplan is an aggregate of these, so that it agrees with the unit table.
 * Sums are of whole dollars, cents and square feet: integers, whose sum does not depend on the order in which threads add them.
 */

const OBSERVED_DAYS = `
  CREATE TABLE observed_days AS
  WITH days AS (
    SELECT property_no, unnest(range(greatest(tracked_from_day, $history_first_day), $last_day + 1))::INTEGER AS day
    FROM property_rows
  ),
  -- A failed observation loses no event: what happened in the last 30 days can be counted in the rows that remain.
  eventful AS (
    SELECT property_no, first_day AS day FROM segment_rows WHERE starts_application OR last_day = exit_day
    UNION
    SELECT property_no, cancelled_day FROM segment_rows WHERE cancelled_day IS NOT NULL
  ),
  outages AS (SELECT property_no, day FROM outage_rows EXCEPT SELECT property_no, day FROM eventful)
  SELECT * FROM days ANTI JOIN outages USING (property_no, day)`;

/** What the available units of each floorplan showed, day by day. */
const FLOORPLAN_SHOWN = `
  CREATE TABLE floorplan_shown AS
  WITH shown AS (
    SELECT
      segment.property_no, unit.floorplan_no, segment.rent, segment.net_rent_cents, segment.enter_day, segment.available_day,
      segment.campaign_no, CASE WHEN segment.rent IS NOT NULL THEN unit.sq_ft END AS sq_ft,
      unnest(range(segment.first_day, segment.last_day + 1))::INTEGER AS day
    FROM segment_rows AS segment
    JOIN unit_rows AS unit USING (property_no, unit_no)
    WHERE segment.status = 'available'
  )
  SELECT
    property_no, floorplan_no, day,
    count(*)::INTEGER AS available_units,
    count(*) FILTER (available_day <= day + 30)::INTEGER AS available_30d,
    count(*) FILTER (available_day <= day + 60)::INTEGER AS available_60d,
    count(*) FILTER (available_day <= day + 90)::INTEGER AS available_90d,
    sum(day - enter_day)::INTEGER AS listed_days,
    count(rent)::INTEGER AS priced_units,
    sum(rent)::BIGINT AS rents,
    min(rent) AS min_rent,
    max(rent) AS max_rent,
    sum(net_rent_cents)::BIGINT AS net_rent_cents,
    sum(rent) FILTER (sq_ft IS NOT NULL)::BIGINT AS measured_rents,
    sum(net_rent_cents) FILTER (sq_ft IS NOT NULL)::BIGINT AS measured_net_rent_cents,
    sum(sq_ft)::BIGINT AS sq_ft,
    max(campaign_no) AS campaign_no
  FROM shown SEMI JOIN observed_days USING (property_no, day)
  GROUP BY ALL`;

/** Applications and leases of the last days, on each day on which there are any. */
const FLOORPLAN_ACTIVITY = `
  CREATE TABLE floorplan_activity AS
  WITH events AS (
    SELECT property_no, unit_no, first_day, true AS is_lease, NULL::INTEGER AS cancelled_day
    FROM segment_rows WHERE status = 'leased'
    UNION ALL
    SELECT property_no, unit_no, first_day, false, cancelled_day FROM segment_rows WHERE starts_application
  ),
  recent AS (
    SELECT *, unnest(range(first_day, first_day + 30))::INTEGER AS day
    FROM events SEMI JOIN property_rows ON events.property_no = property_rows.property_no AND first_day >= tracked_from_day
  )
  SELECT
    property_no, floorplan_no, day,
    count(*) FILTER (is_lease)::INTEGER AS leases_30d,
    count(*) FILTER (is_lease AND first_day > day - 7)::INTEGER AS leases_7d,
    count(*) FILTER (NOT is_lease)::INTEGER AS applications_30d,
    count(*) FILTER (NOT is_lease AND first_day > day - 7)::INTEGER AS applications_7d,
    count(*) FILTER (cancelled_day <= day)::INTEGER AS cancelled_30d
  FROM recent JOIN unit_rows USING (property_no, unit_no)
  GROUP BY ALL`;

/** Empty units, and those of them that nobody has leased. */
const VACANCIES = `
  CREATE TABLE vacancies AS
  WITH empty AS (
    SELECT property_no, leased_day, unnest(range(greatest(vacated_day, $first_day), least(vacant_until_day, $last_day + 1)))::INTEGER AS day
    FROM vacancy_rows
  )
  SELECT property_no, day, count(*)::INTEGER AS vacant_units, count(*) FILTER (day < leased_day)::INTEGER AS unleased_units
  FROM empty GROUP BY ALL`;

/** The prices of each time on the market, oldest first. */
const PRICE_HISTORIES = `
  CREATE TABLE price_histories AS
  SELECT
    property_no, unit_no, enter_day,
    list(
      {from_date: DATE '1970-01-01' + first_day, price: rent::DOUBLE, effective_price: net_rent_cents / 100}
      ORDER BY first_day
    ) AS prices
  FROM segment_rows WHERE starts_price
  GROUP BY ALL`;

export const OBSERVATIONS: readonly string[] = [
  OBSERVED_DAYS,
  FLOORPLAN_SHOWN,
  FLOORPLAN_ACTIVITY,
  VACANCIES,
  PRICE_HISTORIES,
];

/**
 * The figures of available units as the reports define them, over rows of `floorplan_shown`. `filter` narrows the aggregate; without an
 * available unit, or one with a price or an area, the figure is null.
 */
export function shownFigures(filter = ''): Readonly<Record<string, string>> {
  const total = (column: string) => `sum(${column})${filter}`;
  return {
    available_units: `coalesce(${total('available_units')}, 0)`,
    days_on_market: `round(${total('listed_days')} * 10 / ${total('available_units')}) / 10`,
    avg_rent: `round(${total('rents')} * 100 / ${total('priced_units')}) / 100`,
    min_rent: `min(min_rent)${filter}`,
    max_rent: `max(max_rent)${filter}`,
    avg_ner: `round(${total('net_rent_cents')} / ${total('priced_units')}) / 100`,
    avg_rent_psf: `round(${total('measured_rents')} * 100 / ${total('sq_ft')}) / 100`,
    avg_ner_psf: `round(${total('measured_net_rent_cents')} / ${total('sq_ft')}) / 100`,
  };
}

/** `name: expression` pairs as a select list. */
export function selectList(figures: Readonly<Record<string, string>>): string {
  return Object.entries(figures)
    .map(([name, expression]) => `${expression} AS "${name}"`)
    .join(',\n    ');
}
