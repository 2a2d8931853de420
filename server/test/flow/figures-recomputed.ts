/** Figures computed anew from rows of the unit table, by loops and not by the generator's statements. */
import { z } from 'zod';
import type { ResultRow } from '../../src/core/rows.ts';

const money = z.number().nullable();

/** A row of `unit_days`, as far as figures are made of it. */
const unitDay = z.object({
  property_id: z.number(),
  unit_id: z.string(),
  date: z.string(),
  unit_status: z.enum(['available', 'applied', 'leased']),
  date_available: z.string(),
  date_leased: z.string().nullable(),
  enter_market: z.string(),
  exit_market: z.string().nullable(),
  days_on_market: z.number(),
  rent: money,
  max_rent: money,
  net_effective_rent: money,
  annual_rent_reduction_value: money,
  concession_details: z.string().nullable(),
  best_term_months: z.number().nullable(),
  lease_terms: z.array(z.object({ months: z.number(), rent: z.number() })).nullable(),
  last_rent_change_date: z.string().nullable(),
  last_rent_change: money,
  rent_change_30d: money,
  rent_changes_30d_count: z.number().nullable(),
  price_history: z
    .array(z.object({ from_date: z.string(), price: z.number(), effective_price: z.number() }))
    .nullable(),
});
export type UnitDay = z.infer<typeof unitDay>;

export interface DayFigures {
  readonly available: number;
  readonly daysOnMarket: number | null;
  readonly rent: number | null;
  readonly netRent: number | null;
  readonly rentPerSqFt: number | null;
  readonly netRentPerSqFt: number | null;
}

export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Means over the given available units of one day. A unit without a price, or without an area, is left out where it has none. */
export function figuresOf(seen: readonly UnitDay[], units: ReadonlyMap<string, ResultRow>): DayFigures {
  let [listedDays, priced, rentCents, netCents, measuredRentCents, measuredNetCents, area] = [0, 0, 0, 0, 0, 0, 0];
  for (const { unit_id, rent, net_effective_rent, days_on_market } of seen) {
    listedDays += days_on_market;
    if (rent === null || net_effective_rent === null) continue;
    const [cents, net] = [Math.round(rent * 100), Math.round(net_effective_rent * 100)];
    priced += 1;
    rentCents += cents;
    netCents += net;
    const squareFeet = units.get(unit_id)?.['sq_ft'];
    if (typeof squareFeet !== 'number') continue;
    measuredRentCents += cents;
    measuredNetCents += net;
    area += squareFeet;
  }
  return {
    available: seen.length,
    daysOnMarket: ratio(listedDays, seen.length),
    rent: ratio(rentCents / 100, priced),
    netRent: ratio(netCents / 100, priced),
    rentPerSqFt: ratio(measuredRentCents / 100, area),
    netRentPerSqFt: ratio(measuredNetCents / 100, area),
  };
}

interface Application {
  readonly unitId: string;
  readonly day: number;
  cancelledDay: number | null;
}

/** What happened to some units up to a day. */
export interface Events {
  /** In so many days that end with the day. */
  leases(days: number): number;
  applications(days: number): number;
  /** Of those applications, the ones that had come to nothing by the day. */
  cancelled(days: number): number;
}

/** The unit table, by property and day. */
export class UnitHistory {
  readonly days: readonly UnitDay[];
  readonly #available = new Map<string, UnitDay[]>();
  readonly #leases = new Map<unknown, { readonly unitId: string; readonly day: number }[]>();
  readonly #applications = new Map<unknown, Application[]>();
  readonly #units: ReadonlyMap<string, ResultRow>;

  /** `rows` of `unit_days` in the order of property, unit and day. */
  constructor(rows: readonly ResultRow[], units: ReadonlyMap<string, ResultRow>) {
    this.days = z.array(unitDay).parse(rows);
    this.#units = units;
    for (const [index, day] of this.days.entries()) this.#add(day, this.days[index - 1]);
  }

  #add(day: UnitDay, before: UnitDay | undefined): void {
    const number = dayNumber(day.date);
    const applications = listAt(this.#applications, day.property_id);
    // A later time on the market begins with nobody having applied.
    const isSame = before?.unit_id === day.unit_id && before.enter_market === day.enter_market;
    const wasApplied = isSame && before.unit_status === 'applied';
    if (day.unit_status === 'available') {
      listAt(this.#available, `${day.property_id} ${day.date}`).push(day);
      const last = applications.at(-1);
      if (wasApplied && last !== undefined) last.cancelledDay = number;
    }
    if (day.unit_status === 'applied' && !wasApplied) {
      applications.push({ unitId: day.unit_id, day: number, cancelledDay: null });
    }
    if (day.unit_status === 'leased') listAt(this.#leases, day.property_id).push({ unitId: day.unit_id, day: number });
  }

  /** The available units of the property on the day. */
  available(propertyId: unknown, date: unknown): readonly UnitDay[] {
    return this.#available.get(`${propertyId} ${date}`) ?? [];
  }

  /** Of the property's units, or of one of its floorplans. */
  events(propertyId: unknown, date: string, floorplanId?: unknown): Events {
    const day = dayNumber(date);
    const isMeant = ({ unitId }: { readonly unitId: string }) =>
      floorplanId === undefined || this.#units.get(unitId)?.['floorplan_id'] === floorplanId;
    const within = <Event extends { readonly unitId: string; readonly day: number }>(
      events: readonly Event[],
      days: number,
    ) => events.filter((event) => event.day <= day && event.day > day - days && isMeant(event));
    const applications = (days: number) => within(this.#applications.get(propertyId) ?? [], days);
    return {
      leases: (days) => within(this.#leases.get(propertyId) ?? [], days).length,
      applications: (days) => applications(days).length,
      cancelled: (days) =>
        applications(days).filter(({ cancelledDay }) => cancelledDay !== null && cancelledDay <= day).length,
    };
  }
}

function listAt<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
