/** What a unit asks while it is on the market, cut into runs of days on which nothing but its age changes. */

import { rentFactor } from '../parameters/market.ts';
import type { Campaign, Property, Unit } from '../parameters/model.ts';
import { Random } from '../parameters/random.ts';
import type { Episode } from './leasing.ts';

export type UnitStatus = 'available' | 'applied' | 'leased';

export interface Segment {
  readonly firstDay: number;
  readonly lastDay: number;
  readonly status: UnitStatus;
  /** Whole dollars; null for a unit that asks to call for its price. */
  readonly rent: number | null;
  readonly netRentCents: number | null;
  readonly campaign: Campaign | null;
  /** True if the asking or the net rent has changed. */
  readonly startsPrice: boolean;
  /** How many prices the episode has shown so far. */
  readonly pricesSoFar: number;
  readonly lastChange: RentChange | null;
  readonly change30d: number;
  readonly changes30dCount: number;
  /** An application is made on the first day; on `cancelledDay` it comes to nothing. */
  readonly startsApplication: boolean;
  readonly cancelledDay: number | null;
}

interface RentChange {
  readonly day: number;
  readonly change: number;
}

/** Discounts that listings have reached after this many days: −10 $ after two weeks, −50 $ after three months (2024). */
const CUTS = [
  { afterDays: 14, dollars: 10 },
  { afterDays: 30, dollars: 10 },
  { afterDays: 50, dollars: 10 },
  { afterDays: 70, dollars: 10 },
  { afterDays: 90, dollars: 10 },
];
const CUT_RATE = 0.85;
const CALL_FOR_PRICE_RATE = 0.01;
const WEEKS_PER_YEAR = 52;
const RECENT_DAYS = 30;

/** The episode's segments, in order and without gaps from its first day on the market to its last. */
export function priceEpisode(property: Property, unit: Unit, episode: Episode): readonly Segment[] {
  const random = new Random(property.stream, 'prices', unit.unitNo, episode.enterDay);
  const isPriced = !random.chance(CALL_FOR_PRICE_RATE);
  const firstRent = Math.round(unit.levelRent * rentFactor(property.metro, episode.enterDay));
  const changes = isPriced ? drawChanges(random, property, episode, firstRent) : [];
  const campaigns = property.campaigns.filter((campaign) => covers(property, unit, campaign));
  const segments: Segment[] = [];
  for (const [firstDay, lastDay] of runs(cutDays(episode, changes, campaigns), episode.exitDay)) {
    const past = changes.filter((change) => change.day <= firstDay);
    const recent = past.filter((change) => change.day > firstDay - RECENT_DAYS);
    const campaign = campaigns.find((each) => each.firstDay <= firstDay && firstDay <= each.lastDay) ?? null;
    const rent = isPriced ? firstRent + sum(past) : null;
    const netRentCents = rent === null ? null : netOf(rent, campaign);
    const before = segments.at(-1);
    const startsPrice = rent !== null && (before?.rent !== rent || before.netRentCents !== netRentCents);
    const application = episode.applications.find((each) => each.day === firstDay);
    segments.push({
      firstDay,
      lastDay,
      status: statusOn(episode, firstDay),
      rent,
      netRentCents,
      campaign,
      startsPrice,
      pricesSoFar: (before?.pricesSoFar ?? 0) + (startsPrice ? 1 : 0),
      lastChange: past.at(-1) ?? null,
      change30d: sum(recent),
      changes30dCount: recent.length,
      startsApplication: application !== undefined,
      cancelledDay: application?.cancelledDay ?? null,
    });
  }
  return segments;
}

/** Net effective rent: the free weeks are spread over a lease of a year. */
function netOf(rent: number, campaign: Campaign | null): number {
  return Math.round(rent * 100 * (1 - (campaign?.weeksFree ?? 0) / WEEKS_PER_YEAR));
}

function sum(changes: readonly RentChange[]): number {
  return changes.reduce((total, { change }) => total + change, 0);
}

function covers(property: Property, unit: Unit, campaign: Campaign): boolean {
  return new Random(property.stream, 'coverage', unit.unitNo, campaign.campaignNo).chance(campaign.coverage);
}

function statusOn(episode: Episode, day: number): UnitStatus {
  if (day === episode.leasedDay) return 'leased';
  const isApplied = episode.applications.some(
    (application) => application.day <= day && day < (application.cancelledDay ?? episode.exitDay),
  );
  return isApplied ? 'applied' : 'available';
}

/** Rents move only while nobody has applied. */
function drawChanges(random: Random, property: Property, episode: Episode, firstRent: number): readonly RentChange[] {
  const drawn = property.hasDynamicPricing ? drawDynamicChanges(random, episode, firstRent) : drawCuts(random, episode);
  return drawn.filter(({ day, change }) => change !== 0 && statusOn(episode, day) === 'available');
}

function drawCuts(random: Random, episode: Episode): readonly RentChange[] {
  return CUTS.filter(() => random.chance(CUT_RATE))
    .map(({ afterDays, dollars }) => ({ day: episode.enterDay + afterDays + random.between(0, 4), change: -dollars }))
    .filter(({ day }) => day <= episode.exitDay);
}

function drawDynamicChanges(random: Random, episode: Episode, firstRent: number): readonly RentChange[] {
  const changes: RentChange[] = [];
  for (let day = episode.enterDay + random.between(3, 10); day <= episode.exitDay; day += random.between(3, 10)) {
    // Downwards on average: what is still listed was too expensive.
    changes.push({ day, change: Math.round(firstRent * (random.spread(0.007) - 0.003)) });
  }
  return changes;
}

/** The first days of the runs: whenever something changes, and when a change of rent is no longer recent. */
function cutDays(episode: Episode, changes: readonly RentChange[], campaigns: readonly Campaign[]): readonly number[] {
  const days = [
    episode.enterDay,
    episode.exitDay,
    ...changes.flatMap(({ day }) => [day, day + RECENT_DAYS]),
    ...campaigns.flatMap(({ firstDay, lastDay }) => [firstDay, lastDay + 1]),
    ...episode.applications.flatMap(({ day, cancelledDay }) => (cancelledDay === null ? [day] : [day, cancelledDay])),
  ];
  const within = days.filter((day) => episode.enterDay <= day && day <= episode.exitDay);
  return [...new Set(within)].sort((left, right) => left - right);
}

function* runs(firstDays: readonly number[], lastDay: number): Generator<readonly [number, number], void, undefined> {
  for (const [index, firstDay] of firstDays.entries()) {
    yield [firstDay, (firstDays[index + 1] ?? lastDay + 1) - 1];
  }
}
