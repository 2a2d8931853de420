/** The three reports agree with each other: every figure of a property and a floorplan, computed anew from the unit table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultRow } from '../../src/core/rows.ts';
import { simulateEpisodes } from '../../src/demo/inputs.ts';
import { makePlan } from '../../src/demo/plan.ts';
import { type DataSet, type DemoWorld, openDemoWorld } from '../demo/world.ts';
import { type DayFigures, dayNumber, figuresOf, type UnitDay, UnitHistory } from './figures-recomputed.ts';

/** More than a year, so that the growth of a year lies within the data as well. */
const OPTIONS = { size: 'tiny', properties: 8, days: 420 } as const;
/** Counts over the last 30 days are judged where these lie within the data. */
const LOOK_BACK_DAYS = 30;

let world: DemoWorld;
let data: DataSet;
let units: ReadonlyMap<string, ResultRow>;
let history: UnitHistory;
let properties: ReadonlyMap<unknown, ResultRow>;

beforeAll(async () => {
  world = await openDemoWorld();
  data = await world.generate(OPTIONS);
  units = new Map((await data.rows('units')).map((row) => [String(row['unit_id']), row]));
  history = new UnitHistory(await data.rows('unit_days'), units);
  properties = new Map((await data.rows('properties')).map((row) => [row['property_id'], row]));
});
afterAll(() => world.close());

describe('the data', () => {
  it('has what makes figures hard: units without area or price, withdrawn units, unobserved days', async () => {
    const observed = await data.query(
      `SELECT property_id, count(*) AS days FROM property_days JOIN properties USING (property_id)
      WHERE date_tracking_started < DATE '${data.firstDay}' GROUP BY 1`,
    );
    expect(observed.some(({ days }) => Number(days) < OPTIONS.days)).toBe(true);
    expect(history.days.some(({ unit_id, rent }) => rent !== null && units.get(unit_id)?.['sq_ft'] === null)).toBe(
      true,
    );
    expect(history.days.some(({ rent }) => rent === null)).toBe(true);
    expect(history.days.some(({ exit_market, date_leased }) => exit_market !== null && date_leased === null)).toBe(
      true,
    );
  });
});

function unitsWhere(condition: (unit: ResultRow) => boolean): readonly ResultRow[] {
  return [...units.values()].filter(condition);
}

/** How far a stored value may be from the exact one: half of its last digit. */
const ROUNDING = { cents: 0.005, tenths: 0.05, share: 0.00005, exact: 0 };

function expectFigure(row: ResultRow, column: string, exact: number | null, rounding: keyof typeof ROUNDING): void {
  const stored = row[column];
  const isRight =
    exact === null || typeof stored !== 'number'
      ? stored === exact
      : Math.abs(stored - exact) <= ROUNDING[rounding] + 1e-9;
  if (isRight) return;
  expect.fail(
    `${column} of ${row['property_id']}/${row['floorplan_id'] ?? ''} on ${row['date']}: ${stored} for ${exact}`,
  );
}

/** `expect(…).toEqual` for hundreds of thousands of values: it takes 20 µs each also where all is well. */
function expectEqual(day: UnitDay, actual: readonly unknown[], expected: readonly unknown[]): void {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return;
  expect(actual, `${day.unit_id} on ${day.date}`).toEqual(expected);
}

/** The figures that properties, floorplans and bedroom blocks have in common, under the names that each gives them. */
function expectRents(row: ResultRow, figures: DayFigures, names: Readonly<Record<keyof DayFigures, string>>): void {
  expectFigure(row, names.available, figures.available, 'exact');
  expectFigure(row, names.daysOnMarket, figures.daysOnMarket, 'tenths');
  expectFigure(row, names.rent, figures.rent, 'cents');
  expectFigure(row, names.netRent, figures.netRent, 'cents');
  expectFigure(row, names.rentPerSqFt, figures.rentPerSqFt, 'cents');
  expectFigure(row, names.netRentPerSqFt, figures.netRentPerSqFt, 'cents');
}

const PLAIN_NAMES = {
  available: 'available_units',
  daysOnMarket: 'days_on_market',
  rent: 'avg_rent',
  netRent: 'avg_ner',
  rentPerSqFt: 'avg_rent_psf',
  netRentPerSqFt: 'avg_ner_psf',
};

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

function changeOf(now: ResultRow, before: ResultRow | undefined, column: string): number | null {
  const [to, from] = [now[column], before?.[column]];
  return typeof to === 'number' && typeof from === 'number' ? to / from - 1 : null;
}

function yearBefore(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `${Number(year) - 1}-${month}-${month === '02' && day === '29' ? '28' : day}`;
}

function daysBefore(date: string, days: number): string {
  return new Date((dayNumber(date) - days) * 86_400_000).toISOString().slice(0, 10);
}

function lowest(rents: readonly number[]): number | null {
  return rents.length === 0 ? null : Math.min(...rents);
}

function highest(rents: readonly number[]): number | null {
  return rents.length === 0 ? null : Math.max(...rents);
}

describe('property figures', () => {
  let rows: readonly ResultRow[];
  let byDay: ReadonlyMap<string, ResultRow>;
  let settled: readonly ResultRow[];

  beforeAll(async () => {
    rows = await data.rows('property_days');
    byDay = new Map(rows.map((row) => [`${row['property_id']} ${row['date']}`, row]));
    const firstSettled = daysBefore(data.firstDay, -LOOK_BACK_DAYS);
    settled = rows.filter((row) => String(row['date']) >= firstSettled);
  });

  function available(row: ResultRow): readonly UnitDay[] {
    return history.available(row['property_id'], row['date']);
  }

  it('of rents, areas and days on the market are those of the available units', () => {
    for (const row of rows) {
      const seen = available(row);
      const rents = seen.flatMap(({ rent }) => (rent === null ? [] : [rent]));
      expectRents(row, figuresOf(seen, units), PLAIN_NAMES);
      expectFigure(row, 'min_rent', lowest(rents), 'cents');
      expectFigure(row, 'max_rent', highest(rents), 'cents');
    }
  });

  it.each([0, 1, 2, 3, 4])('of the block of %i bedrooms are those of its available units', (bedrooms) => {
    for (const row of rows) {
      const seen = available(row).filter(({ unit_id }) => units.get(unit_id)?.['bedroom_count'] === bedrooms);
      expectRents(row, figuresOf(seen, units), {
        available: `available_units_${bedrooms}_bed`,
        daysOnMarket: `days_on_market_${bedrooms}_bed`,
        rent: `rent_${bedrooms}_bed`,
        netRent: `ner_${bedrooms}_bed`,
        rentPerSqFt: `rent_${bedrooms}_bed_psf`,
        netRentPerSqFt: `ner_${bedrooms}_bed_psf`,
      });
    }
    for (const row of rows.filter(({ date }) => date === data.lastDay)) {
      const count = unitsWhere(
        (unit) => unit['property_id'] === row['property_id'] && unit['bedroom_count'] === bedrooms,
      ).length;
      expectFigure(row, `unit_count_${bedrooms}_bed`, count, 'exact');
    }
  });

  it('of concessions are what the available units grant', () => {
    for (const row of rows) {
      const priced = available(row).filter(({ rent }) => rent !== null);
      const reductions = priced.reduce(
        (sum, each) => sum + Math.round((each.annual_rent_reduction_value ?? 0) * 100),
        0,
      );
      expectFigure(row, 'concession_value', ratio(reductions / 100, priced.length), 'cents');
      const netShare = changeOf({ rent: row['avg_ner'] ?? null }, { rent: row['avg_rent'] ?? null }, 'rent');
      expectFigure(row, 'concession_percent', netShare === null ? null : -netShare, 'share');
      const advertised = new Set(available(row).map((each) => each.concession_details));
      advertised.delete(null);
      const isAdvertised = row['concession_details'] !== null;
      expect([...advertised]).toEqual(isAdvertised ? [row['concession_details']] : []);
      expect(String(row['concession_expires_on']) >= String(row['date']), 'granted until later').toBe(true);
      expect(row['concession_expires_on'] === null).toBe(!isAdvertised);
    }
  });

  it('of exposure count the available units by when they can be moved into', () => {
    for (const row of rows) {
      const unitCount = Number(properties.get(row['property_id'])?.['unit_count']);
      const seen = available(row);
      const within = (days: number) =>
        seen.filter(({ date_available }) => dayNumber(date_available) <= dayNumber(String(row['date'])) + days).length;
      expectFigure(row, 'advertised_occupancy_pct', 1 - seen.length / unitCount, 'share');
      expectFigure(row, 'exposure_pct', seen.length / unitCount, 'share');
      for (const days of [30, 60, 90]) expectFigure(row, `exposure_${days}d_pct`, within(days) / unitCount, 'share');
    }
  });

  it('of occupancy count the units that stand empty, and those that nobody has leased', () => {
    const empty = new Map<string, number>();
    const unleased = new Map<string, number>();
    const add = (counts: Map<string, number>, key: number, from: number, to: number) => {
      for (let day = from; day < to; day++) counts.set(`${key} ${day}`, (counts.get(`${key} ${day}`) ?? 0) + 1);
    };
    for (const { property, episode } of simulateEpisodes(makePlan({ ...OPTIONS, end: '2025-12' }))) {
      const { vacatedDay, leasedDay, vacantUntilDay } = episode;
      add(empty, Number(property.unitPrefix), vacatedDay, vacantUntilDay);
      add(unleased, Number(property.unitPrefix), vacatedDay, leasedDay ?? vacantUntilDay);
    }
    for (const row of rows) {
      const unitCount = Number(properties.get(row['property_id'])?.['unit_count']);
      const key = `${row['property_id']} ${dayNumber(String(row['date']))}`;
      expectFigure(row, 'occupancy_pct', 1 - (empty.get(key) ?? 0) / unitCount, 'share');
      expectFigure(row, 'leased_pct', 1 - (unleased.get(key) ?? 0) / unitCount, 'share');
    }
  });

  it('of leases and applications count what happened to the units', () => {
    expect(settled.some((row) => Number(row['cancelled_applications_30d_pct']) > 0)).toBe(true);
    for (const row of settled) {
      const events = history.events(row['property_id'], String(row['date']));
      expectFigure(row, 'leases_last_7d', events.leases(7), 'exact');
      expectFigure(row, 'leases_last_30d', events.leases(30), 'exact');
      expectFigure(row, 'applications_last_7d', events.applications(7), 'exact');
      expectFigure(
        row,
        'cancelled_applications_30d_pct',
        ratio(events.cancelled(30), events.applications(30)),
        'share',
      );
    }
  });

  it('of trends compare with the same figures of earlier days', () => {
    const grown = rows.filter((row) => yearBefore(String(row['date'])) >= data.firstDay);
    expect(grown.filter((row) => row['rent_growth_rate_yoy'] !== null).length).toBeGreaterThan(100);
    for (const row of rows.filter(({ date }) => daysBefore(String(date), 7) >= data.firstDay)) {
      const before = byDay.get(`${row['property_id']} ${daysBefore(String(row['date']), 7)}`);
      expectFigure(row, 'rent_trend_7d_pct', changeOf(row, before, 'avg_rent'), 'share');
    }
    for (const row of grown) {
      const before = byDay.get(`${row['property_id']} ${yearBefore(String(row['date']))}`);
      expectFigure(row, 'rent_growth_rate_yoy', changeOf(row, before, 'avg_rent'), 'share');
      expectFigure(row, 'ner_growth_rate_yoy', changeOf(row, before, 'avg_ner'), 'share');
    }
  });
});

describe('floorplan figures', () => {
  const keyOf = (row: ResultRow, date: string) => `${row['property_id']}/${row['floorplan_id']} ${date}`;

  it('of each day are those of its available units, and compare with earlier days', async () => {
    const rows = await data.rows('floorplan_days');
    const byDay = new Map(rows.map((row) => [keyOf(row, String(row['date'])), row]));
    for (const row of rows) {
      const date = String(row['date']);
      const seen = history
        .available(row['property_id'], date)
        .filter(({ unit_id }) => units.get(unit_id)?.['floorplan_id'] === row['floorplan_id']);
      const rents = seen.flatMap(({ rent }) => (rent === null ? [] : [rent]));
      expectRents(row, figuresOf(seen, units), PLAIN_NAMES);
      expectFigure(row, 'min_rent', lowest(rents), 'cents');
      expectFigure(row, 'max_rent', highest(rents), 'cents');
      for (const [days, column] of [
        [7, 'rent_trend_7d_pct'],
        [30, 'rent_trend_30d_pct'],
        [365, 'rent_trend_365d_pct'],
      ] as const) {
        if (daysBefore(date, days) < data.firstDay) continue;
        expectFigure(row, column, changeOf(row, byDay.get(keyOf(row, daysBefore(date, days))), 'avg_rent'), 'share');
      }
      if (date === data.firstDay) continue;
      const yesterday = byDay.get(keyOf(row, daysBefore(date, 1)));
      const change = changeOf(row, yesterday, 'avg_rent');
      expectFigure(row, 'asking_rent_change_percent', change, 'share');
      expectFigure(
        row,
        'asking_rent_change',
        change === null ? null : change * Number(yesterday?.['avg_rent']),
        'cents',
      );
      if (date < daysBefore(data.firstDay, -LOOK_BACK_DAYS)) continue;
      const leases = history.events(row['property_id'], date, row['floorplan_id']).leases(30);
      expectFigure(row, 'leases_last_30d', leases, 'exact');
    }
  });

  it('of what it is are those of its units', async () => {
    for (const row of await data.rows('floorplans')) {
      const ofProperty = unitsWhere((unit) => unit['property_id'] === row['property_id']);
      const own = ofProperty.filter((unit) => unit['floorplan_id'] === row['floorplan_id']);
      const areas = own.flatMap((unit) => (unit['sq_ft'] === null ? [] : [Number(unit['sq_ft'])]));
      expectFigure(row, 'unit_mix_units', own.length, 'exact');
      expectFigure(row, 'unit_mix_pct', own.length / ofProperty.length, 'share');
      expectFigure(row, 'min_sq_ft', lowest(areas), 'exact');
      expectFigure(row, 'max_sq_ft', highest(areas), 'exact');
      expect(new Set(own.map((unit) => unit['bedroom_count']))).toEqual(new Set([row['bedroom_count']]));
    }
  });
});

describe('unit figures', () => {
  it('follow from the unit’s own price history', () => {
    for (const day of history.days) {
      const prices = day.price_history ?? [];
      const last = prices.at(-1);
      expectEqual(day, [day.rent, day.net_effective_rent], [last?.price ?? null, last?.effective_price ?? null]);
      const dates = prices.map(({ from_date }) => from_date);
      expectEqual(day, dates, [...new Set(dates)].sort());
      if (day.rent === null) continue;
      const changes = prices
        .slice(1)
        .map((price, index) => ({ date: price.from_date, change: price.price - (prices[index]?.price ?? 0) }))
        .filter(({ change }) => change !== 0);
      const recent = changes.filter(({ date }) => date > daysBefore(day.date, 30));
      expectEqual(
        day,
        [day.last_rent_change_date, day.last_rent_change, day.rent_changes_30d_count, day.rent_change_30d],
        [
          changes.at(-1)?.date ?? null,
          changes.at(-1)?.change ?? null,
          recent.length,
          recent.reduce((sum, { change }) => sum + change, 0),
        ],
      );
    }
  });

  it('of lease terms, concessions and days agree within the row', () => {
    for (const day of history.days) {
      const leasedOn = day.unit_status === 'leased' ? day.date : null;
      expectEqual(
        day,
        [day.days_on_market, day.date_leased, day.exit_market],
        // A withdrawn unit leaves the market without a lease.
        [dayNumber(day.date) - dayNumber(day.enter_market), leasedOn, leasedOn ?? (day.exit_market && day.date)],
      );
      if (day.rent === null) continue;
      const terms = day.lease_terms ?? [];
      const rents = terms.map(({ rent }) => rent);
      const best = terms.find(({ rent }) => rent === day.rent);
      expectEqual(
        day,
        [day.rent, day.max_rent, day.best_term_months],
        [Math.min(...rents), Math.max(...rents), best?.months],
      );
      const reduction = (day.rent - Number(day.net_effective_rent)) * 12;
      expectEqual(
        day,
        [day.annual_rent_reduction_value, reduction > 0],
        [Math.round(reduction * 100) / 100, day.concession_details !== null],
      );
    }
  });
});
