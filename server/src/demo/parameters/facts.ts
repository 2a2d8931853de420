/** What table `properties` says about an invented property: names, place, owner, neighbourhood. */
import { MS_PER_DAY } from '../../core/time.ts';
import type { Property } from './model.ts';
import { awkwardName, managementCompany, owner, propertyName, street, submarket, website } from './names.ts';
import { Random } from './random.ts';

export interface PropertyFacts {
  readonly name: string;
  readonly url: string | null;
  readonly address: string;
  readonly zipCode: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly submarket: string;
  readonly yearBuilt: number;
  readonly yearRenovated: number | null;
  readonly lotSizeAcres: number | null;
  readonly amenities: readonly string[];
  readonly managementCompany: string | null;
  readonly ownerName: string | null;
  readonly ownerType: string | null;
  readonly lastSaleDay: number | null;
  readonly lastSalePrice: number | null;
  readonly medianHouseholdIncome: number;
  readonly population: number;
  readonly households: number;
  readonly medianAge: number;
  readonly renterOccupiedShare: number;
  readonly rentToIncomeShare: number;
  readonly inOpportunityZone: boolean | null;
}

/** A month's standing among reviewers. */
export interface Review {
  readonly firstDay: number;
  readonly lastDay: number;
  readonly rating: number;
  readonly count: number;
}

/** Where the awkward names are: within the smallest data set, then once in fifty. */
const FIRST_AWKWARD_INDEX = 3;
const AWKWARD_EVERY = 50;
const AMENITIES = [
  'Bike storage',
  'Business center',
  'Clubhouse',
  'Controlled access',
  'Dog park',
  'Elevator',
  'EV charging',
  'Fitness center',
  'Garage parking',
  'Package lockers',
  'Playground',
  'Pool',
  'Rooftop deck',
];
const YEAR_BUILT = { A: [2005, 2023], B: [1985, 2012], C: [1955, 1992] } as const;
const ACRES_PER_UNIT = { garden: 0.055, 'mid-rise': 0.02, 'high-rise': 0.006 };

function yearOf(day: number): number {
  return new Date(day * MS_PER_DAY).getUTCFullYear();
}

function nameOf(random: Random, index: number): string {
  const place = index - FIRST_AWKWARD_INDEX;
  if (place === 0 || place === 1) return awkwardName(place);
  return place > 1 && place % AWKWARD_EVERY === 0 ? awkwardName(place / AWKWARD_EVERY + 1) : propertyName(random);
}

export function describeProperty(property: Property, index: number): PropertyFacts {
  const random = new Random(property.stream, 'facts');
  const { metro, propertyClass } = property;
  const name = nameOf(random, index);
  const [oldest, newest] = YEAR_BUILT[propertyClass];
  const yearBuilt = property.opensEmpty ? yearOf(property.trackedFromDay) : random.between(oldest, newest);
  const households = random.between(900, 3200);
  const income = 52 * random.between(550, 1900);
  const holder = random.chance(0.92) ? owner(random) : null;
  const lastSaleDay = property.trackedFromDay - random.between(200, 3500);
  const isSaleKnown = !property.opensEmpty && random.chance(0.7);
  return {
    name,
    url: random.chance(0.93) ? website(name) : null,
    address: street(random),
    zipCode: metro.zip3 + String(random.between(1, 60)).padStart(2, '0'),
    latitude: place(metro.latitude, random),
    longitude: place(metro.longitude, random),
    submarket: submarket(random, metro.city),
    yearBuilt,
    yearRenovated: yearBuilt < 2000 && random.chance(0.6) ? random.between(2004, 2022) : null,
    lotSizeAcres: random.chance(0.85) ? lotSize(random, property) : null,
    amenities: AMENITIES.filter(() => random.chance(propertyClass === 'C' ? 0.25 : 0.5)),
    managementCompany: random.chance(0.95) ? managementCompany(random) : null,
    ownerName: holder?.name ?? null,
    ownerType: holder?.type ?? null,
    lastSaleDay: isSaleKnown ? lastSaleDay : null,
    // States that keep prices private publish only the day.
    lastSalePrice: isSaleKnown && random.chance(0.85) ? property.units.length * random.between(90, 340) * 1000 : null,
    medianHouseholdIncome: income,
    population: Math.round(households * (1.8 + random.share())),
    households,
    medianAge: random.between(270, 440) / 10,
    renterOccupiedShare: random.between(3000, 9300) / 10_000,
    rentToIncomeShare: Math.round((metro.twoBedroomRent * 12 * 10_000) / income) / 10_000,
    inOpportunityZone: random.chance(0.9) ? random.chance(0.12) : null,
  };
}

/** Up to some ten miles from the centre. */
function place(center: number, random: Random): number {
  return Math.round((center + random.spread(0.06)) * 1e6) / 1e6;
}

function lotSize(random: Random, property: Property): number {
  return Math.round(property.units.length * ACRES_PER_UNIT[property.buildingType] * (70 + random.between(0, 60))) / 100;
}

/** Month by month; a tenth of the properties, and those that have just opened, have no reviews. */
export function* reviewProperty(property: Property, firstDay: number, lastDay: number): Generator<Review> {
  const random = new Random(property.stream, 'reviews');
  if (random.chance(0.1)) return;
  let rating = random.between(28, 46) / 10;
  let count = property.opensEmpty ? 0 : random.between(12, 400);
  for (let day = firstDay; day <= lastDay; day += REVIEW_DAYS) {
    rating = Math.min(4.9, Math.max(1.5, rating + random.spread(0.05)));
    count += property.opensEmpty && day < property.trackedFromDay ? 0 : random.between(0, 6);
    if (count === 0) continue;
    yield { firstDay: day, lastDay: day + REVIEW_DAYS - 1, rating: Math.round(rating * 10) / 10, count };
  }
}

const REVIEW_DAYS = 30;
