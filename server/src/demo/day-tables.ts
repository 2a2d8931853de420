/** Where the day tables come from: for each its rows, and what every column is. */
import { day, sameName, share, type TableSource, UNIT_ID } from './entity-tables.ts';
import { LIST_SEPARATOR } from './input-table.ts';
import { selectList, shownFigures } from './rents/observations.ts';

const BEDROOMS = [0, 1, 2, 3, 4];
const EXPOSURE_DAYS = [30, 60, 90];
const WRITTEN = 'o.day BETWEEN $first_day AND $last_day';

/** Relative change, to a hundredth of a percent. */
function change(now: string, before: string): string {
  return `round(${now} / ${before} - 1, 4)`;
}

function concessionPercent(alias: string): string {
  return `round(1 - ${alias}.avg_ner / ${alias}.avg_rent, 4)`;
}

/** `{rent_0_bed: shown.avg_rent, …}`: the columns of a bedroom block, by the figure that each is. */
function bedroomBlock(bedrooms: number): Readonly<Record<string, string>> {
  return {
    [`rent_${bedrooms}_bed`]: 'avg_rent',
    [`ner_${bedrooms}_bed`]: 'avg_ner',
    [`rent_${bedrooms}_bed_psf`]: 'avg_rent_psf',
    [`ner_${bedrooms}_bed_psf`]: 'avg_ner_psf',
    [`available_units_${bedrooms}_bed`]: 'available_units',
    [`days_on_market_${bedrooms}_bed`]: 'days_on_market',
  };
}

function blockFigures(bedrooms: number): Readonly<Record<string, string>> {
  const figures = shownFigures(` FILTER (bedroom_count = ${bedrooms})`);
  const columns = Object.entries(bedroomBlock(bedrooms));
  return Object.fromEntries(columns.map(([column, figure]) => [column, figures[figure] ?? 'NULL']));
}

const PROPERTY_FIGURES = `
  CREATE TABLE property_figures AS
  SELECT
    property_no, day, ${day('day')} AS date,
    ${selectList(shownFigures())},
    ${selectList(Object.assign({}, ...BEDROOMS.map(blockFigures)))},
    ${EXPOSURE_DAYS.map((days) => `sum(available_${days}d) AS available_${days}d`).join(', ')},
    round((sum(rents) * 100 - sum(net_rent_cents)) * 12 / sum(priced_units)) / 100 AS concession_value,
    max(campaign_no) AS campaign_no
  FROM floorplan_shown JOIN floorplan_rows USING (property_no, floorplan_no)
  GROUP BY property_no, day`;

const PROPERTY_ACTIVITY = `
  CREATE TABLE property_activity AS
  SELECT property_no, day, sum(leases_7d) AS leases_7d, sum(leases_30d) AS leases_30d, sum(applications_7d) AS applications_7d,
    sum(applications_30d) AS applications_30d, sum(cancelled_30d) AS cancelled_30d
  FROM floorplan_activity GROUP BY property_no, day`;

const BEDROOM_UNITS = `
  CREATE TABLE bedroom_units AS
  SELECT property_no, ${BEDROOMS.map((bedrooms) => `count(*) FILTER (bedroom_count = ${bedrooms}) AS units_${bedrooms}`).join(', ')}
  FROM unit_rows JOIN floorplan_rows USING (property_no, floorplan_no) GROUP BY property_no`;

export const PROPERTY_DAYS: TableSource = {
  prepare: [PROPERTY_FIGURES, PROPERTY_ACTIVITY, BEDROOM_UNITS],
  from: `observed_days AS o
    JOIN property_rows AS p USING (property_no)
    JOIN bedroom_units AS b USING (property_no)
    LEFT JOIN property_figures AS n ON n.property_no = o.property_no AND n.day = o.day
    LEFT JOIN property_figures AS w ON w.property_no = o.property_no AND w.day = o.day - 7
    LEFT JOIN property_figures AS y ON y.property_no = o.property_no AND y.date = (${day('o.day')} - INTERVAL 1 YEAR)::DATE
    LEFT JOIN property_activity AS a ON a.property_no = o.property_no AND a.day = o.day
    LEFT JOIN vacancies AS v ON v.property_no = o.property_no AND v.day = o.day
    LEFT JOIN campaign_rows AS c ON c.property_no = o.property_no AND c.campaign_no = n.campaign_no
    LEFT JOIN review_rows AS r ON r.property_no = o.property_no AND o.day BETWEEN r.first_day AND r.last_day
    WHERE ${WRITTEN}`,
  orderBy: 'o.property_no, o.day',
  columns: {
    property_id: 'p.key',
    date: day('o.day'),
    ...sameName('n', ['avg_rent', 'min_rent', 'max_rent', 'avg_ner', 'avg_rent_psf', 'avg_ner_psf', 'days_on_market']),
    rent_trend_7d_pct: change('n.avg_rent', 'w.avg_rent'),
    rent_growth_rate_yoy: change('n.avg_rent', 'y.avg_rent'),
    ner_growth_rate_yoy: change('n.avg_ner', 'y.avg_ner'),
    concession_value: 'n.concession_value',
    concession_percent: concessionPercent('n'),
    concession_details: 'c.details',
    concession_expires_on: day('c.last_day'),
    advertised_occupancy_pct: share('(p.unit_count - coalesce(n.available_units, 0))'),
    occupancy_pct: share('(p.unit_count - coalesce(v.vacant_units, 0))'),
    leased_pct: share('(p.unit_count - coalesce(v.unleased_units, 0))'),
    exposure_pct: share('coalesce(n.available_units, 0)'),
    ...Object.fromEntries(
      EXPOSURE_DAYS.map((days) => [`exposure_${days}d_pct`, share(`coalesce(n.available_${days}d, 0)`)]),
    ),
    available_units: 'coalesce(n.available_units, 0)',
    leases_last_7d: 'coalesce(a.leases_7d, 0)',
    leases_last_30d: 'coalesce(a.leases_30d, 0)',
    applications_last_7d: 'coalesce(a.applications_7d, 0)',
    cancelled_applications_30d_pct: 'round(a.cancelled_30d / nullif(a.applications_30d, 0), 4)',
    review_average_rating: 'r.rating',
    review_count: 'r.review_count',
    ...Object.fromEntries(
      BEDROOMS.flatMap((bedrooms) => [
        ...Object.keys(bedroomBlock(bedrooms)).map((column) => [column, `n.${column}`]),
        [`unit_count_${bedrooms}_bed`, `b.units_${bedrooms}`],
        [`available_units_${bedrooms}_bed`, `coalesce(n.available_units_${bedrooms}_bed, 0)`],
      ]),
    ),
  },
};

/** `avg_rent` as it was some days before, where it was observed. */
function rentBefore(days: number): string {
  return `first_value(avg_rent) OVER (
    PARTITION BY property_no, floorplan_no ORDER BY day RANGE BETWEEN ${days} PRECEDING AND ${days} PRECEDING
  ) AS rent_${days}d_before`;
}

const FLOORPLAN_FIGURES = `
  CREATE TABLE floorplan_figures AS
  WITH figures AS (
    SELECT property_no, floorplan_no, day, ${selectList(shownFigures())}
    FROM floorplan_shown GROUP BY property_no, floorplan_no, day
  )
  SELECT *, ${[1, 7, 30, 365].map(rentBefore).join(', ')} FROM figures`;

export const FLOORPLAN_DAYS: TableSource = {
  prepare: [FLOORPLAN_FIGURES],
  from: `observed_days AS o
    JOIN property_rows AS p USING (property_no)
    JOIN floorplan_rows AS f USING (property_no)
    LEFT JOIN floorplan_figures AS n ON n.property_no = o.property_no AND n.floorplan_no = f.floorplan_no AND n.day = o.day
    LEFT JOIN floorplan_activity AS a ON a.property_no = o.property_no AND a.floorplan_no = f.floorplan_no AND a.day = o.day
    WHERE ${WRITTEN}`,
  orderBy: 'o.property_no, f.floorplan_no, o.day',
  columns: {
    property_id: 'p.key',
    floorplan_id: 'f.floorplan_no',
    date: day('o.day'),
    available_units: 'coalesce(n.available_units, 0)',
    ...sameName('n', ['days_on_market', 'avg_rent', 'min_rent', 'max_rent', 'avg_rent_psf', 'avg_ner', 'avg_ner_psf']),
    asking_rent_change: 'round(n.avg_rent - n.rent_1d_before, 2)',
    asking_rent_change_percent: change('n.avg_rent', 'n.rent_1d_before'),
    rent_trend_7d_pct: change('n.avg_rent', 'n.rent_7d_before'),
    rent_trend_30d_pct: change('n.avg_rent', 'n.rent_30d_before'),
    rent_trend_365d_pct: change('n.avg_rent', 'n.rent_365d_before'),
    leases_last_30d: 'coalesce(a.leases_30d, 0)',
    concession_percent: concessionPercent('n'),
  },
};

const LEASE_TERMS = `
  CREATE TABLE lease_terms AS
  SELECT
    property_no,
    list_transform(
      list_zip(string_split(term_months, '${LIST_SEPARATOR}'), string_split(term_markups, '${LIST_SEPARATOR}')),
      lambda term: {months: term[1]::INTEGER, markup: term[2]::INTEGER}
    ) AS terms
  FROM property_rows`;

/** What stays as it is over a segment is computed once for it, and only then repeated for each of its days. */
const MARKETED = `
  SELECT
    s.*, u.sq_ft,
    list_transform(
      t.terms, lambda term: {months: term.months, rent: round(s.rent * (100 + term.markup) / 100)}
    ) AS lease_terms,
    list_min(list_transform(t.terms, lambda term: term.months)) AS min_lease_term_months,
    list_filter(t.terms, lambda term: term.markup = 0)[1].months AS best_term_months,
    h.prices[1:s.prices_so_far] AS price_history,
    c.details AS concession_details,
    unnest(range(greatest(s.first_day, $first_day), least(s.last_day, $last_day) + 1))::INTEGER AS day
  FROM segment_rows AS s
  JOIN unit_rows AS u USING (property_no, unit_no)
  JOIN lease_terms AS t USING (property_no)
  LEFT JOIN price_histories AS h USING (property_no, unit_no, enter_day)
  LEFT JOIN campaign_rows AS c USING (property_no, campaign_no)`;

export const UNIT_DAYS: TableSource = {
  prepare: [LEASE_TERMS],
  from: `(${MARKETED}) AS u
    JOIN property_rows AS p USING (property_no)
    JOIN observed_days AS o ON o.property_no = u.property_no AND o.day = u.day`,
  orderBy: 'u.property_no, u.unit_no, u.day',
  columns: {
    property_id: 'p.key',
    unit_id: UNIT_ID,
    date: day('u.day'),
    unit_status: 'u.status',
    date_available: day('u.available_day'),
    date_leased: `CASE WHEN u.status = 'leased' THEN ${day('u.day')} END`,
    enter_market: day('u.enter_day'),
    exit_market: `CASE WHEN u.day = u.exit_day THEN ${day('u.day')} END`,
    days_on_market: 'u.day - u.enter_day',
    rent: 'u.rent',
    max_rent: 'list_max(list_transform(u.lease_terms, lambda term: term.rent))',
    net_effective_rent: 'u.net_rent_cents / 100',
    annual_rent_reduction_value: '(u.rent * 100 - u.net_rent_cents) * 12 / 100',
    concession_details: 'u.concession_details',
    lease_terms: 'CASE WHEN u.rent IS NOT NULL THEN u.lease_terms END',
    min_lease_term_months: 'u.min_lease_term_months',
    best_term_months: 'CASE WHEN u.rent IS NOT NULL THEN u.best_term_months END',
    ...sameName('p', ['deposit', 'application_fee', 'admin_fee']),
    last_rent_change_date: day('u.last_change_day'),
    last_rent_change: 'u.last_change',
    rent_change_30d: 'CASE WHEN u.rent IS NOT NULL THEN u.change_30d END',
    rent_changes_30d_count: 'CASE WHEN u.rent IS NOT NULL THEN u.changes_30d_count END',
    price_history: 'u.price_history',
  },
};
