/** A unit's life as a chain of leases. What is seen on the market follows from it. */
import { expiryWeight, meanDaysOnMarket } from '../parameters/market.ts';
import type { Period, Property, Unit } from '../parameters/model.ts';
import { Random } from '../parameters/random.ts';

export interface Application {
  readonly day: number;
  /** Null for the one that became the lease. */
  readonly cancelledDay: number | null;
}

/** One time on the market: enterDay ≤ each application ≤ exitDay < the next episode's enterDay. */
export interface Episode {
  /** The first day without a tenant; after `enterDay` if the tenant has given notice. */
  readonly vacatedDay: number;
  readonly availableDay: number;
  readonly enterDay: number;
  readonly applications: readonly Application[];
  /** The last day on the market: the day of the lease, or of the withdrawal. */
  readonly exitDay: number;
  /** Null if the unit was withdrawn. */
  readonly leasedDay: number | null;
  /** The first day with a tenant again, or on which a withdrawn unit comes back to the market. */
  readonly vacantUntilDay: number;
}

/** Of leases that end, those that the tenant renews (2024). */
const RENEWAL_RATE = 0.545;
const DAYS_PER_MONTH = 30.4;
const LEASE_MONTHS = [12, 13, 14, 15, 9, 6];
const LEASE_MONTH_WEIGHTS = [70, 12, 4, 4, 6, 4];
const LONGEST_NOTICE_DAYS = 60;
const LONGEST_LISTING_DAYS = 160;
/** A building that opens leases about this many units a month: the best months of the last years. */
const LEASE_UP_PER_MONTH = 18;
const CANCELLED_APPLICATION_RATE = 0.16;
const WITHDRAWAL_RATE = 0.02;

/** Every episode that touches the period, oldest first. */
export function followUnit(property: Property, unit: Unit, position: number, period: Period): readonly Episode[] {
  const random = new Random(property.stream, 'leases', unit.unitNo);
  const episodes: Episode[] = [];
  const addEpisode = (vacatedDay: number, enterDay: number, listedDays: number): number => {
    const listed = listUnit(random, property, { vacatedDay, enterDay, listedDays });
    episodes.push(...listed);
    const moveInDay = listed.at(-1)?.vacantUntilDay ?? enterDay;
    return moveInDay + leaseDays(random);
  };
  let expiryDay = property.opensEmpty
    ? addEpisode(property.trackedFromDay, ...leaseUp(random, property, position))
    : firstExpiry(random, period);
  while (expiryDay - LONGEST_NOTICE_DAYS <= period.lastDay) {
    if (random.chance(RENEWAL_RATE)) {
      expiryDay += 365;
      continue;
    }
    const enterDay = expiryDay + noticeOffset(random);
    expiryDay = addEpisode(expiryDay, enterDay, drawListedDays(random, property, enterDay));
  }
  // A unit that is listed only later may already be empty too.
  return episodes.filter(({ enterDay, vacatedDay }) => Math.min(enterDay, vacatedDay) <= period.lastDay);
}

/** Spread over the first year as leases end over the months. */
function firstExpiry(random: Random, period: Period): number {
  for (;;) {
    const day = period.simulationFirstDay + random.between(0, 364);
    if (random.chance(expiryWeight(day) / 1.25)) return day;
  }
}

function leaseDays(random: Random): number {
  const months = LEASE_MONTHS[random.weighted(LEASE_MONTH_WEIGHTS)] ?? 12;
  return Math.round(months * DAYS_PER_MONTH);
}

/** When a unit is listed, counted from the day on which it becomes empty: a quarter of them early, on notice. */
function noticeOffset(random: Random): number {
  return random.chance(0.25) ? -random.between(10, LONGEST_NOTICE_DAYS) : random.between(-5, 20);
}

function drawListedDays(random: Random, property: Property, enterDay: number): number {
  const mean = meanDaysOnMarket(enterDay) * property.slackness;
  return Math.min(LONGEST_LISTING_DAYS, 2 + Math.floor(random.exponential(mean - 1.5)));
}

/** Units of a new building come to the market from the bottom up and are leased at a steady rate. */
function leaseUp(random: Random, property: Property, position: number): [enterDay: number, listedDays: number] {
  const leasedAfter = 3 + Math.round(((position + random.share()) / LEASE_UP_PER_MONTH) * DAYS_PER_MONTH);
  const listedDays = Math.min(leasedAfter, 3 + Math.floor(random.exponential(30)));
  return [property.trackedFromDay + leasedAfter - listedDays, listedDays];
}

/** From its listing to the next tenant; in two episodes if it is withdrawn once and comes back. */
function listUnit(
  random: Random,
  property: Property,
  listing: { vacatedDay: number; enterDay: number; listedDays: number },
): readonly Episode[] {
  const { vacatedDay, enterDay, listedDays } = listing;
  const exitDay = enterDay + listedDays;
  const availableDay = Math.max(vacatedDay + random.between(3, 8), enterDay);
  if (random.chance(WITHDRAWAL_RATE)) {
    const backDay = exitDay + random.between(15, 60);
    const withdrawn = { vacatedDay, availableDay, enterDay, applications: [], exitDay, leasedDay: null };
    const again = listUnit(random, property, {
      vacatedDay: Math.max(backDay, vacatedDay),
      enterDay: backDay,
      listedDays: drawListedDays(random, property, backDay),
    });
    return [{ ...withdrawn, vacantUntilDay: Math.max(backDay, vacatedDay) }, ...again];
  }
  const moveInDay = Math.max(exitDay + random.between(3, 32), availableDay);
  const applications = drawApplications(random, enterDay, exitDay);
  return [{ vacatedDay, availableDay, enterDay, applications, exitDay, leasedDay: exitDay, vacantUntilDay: moveInDay }];
}

/** The application that became the lease, and sometimes an earlier one that came to nothing. */
function drawApplications(random: Random, enterDay: number, leasedDay: number): readonly Application[] {
  const final = { day: Math.max(enterDay, leasedDay - random.between(1, 4)), cancelledDay: null };
  const lastStart = final.day - 7;
  if (lastStart <= enterDay || !random.chance(CANCELLED_APPLICATION_RATE)) return [final];
  const day = random.between(enterDay + 1, lastStart);
  return [{ day, cancelledDay: day + random.between(2, 6) }, final];
}
