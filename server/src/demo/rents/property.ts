/** Makes up a property: its kind, floorplans and units. */
import { MS_PER_DAY } from '../../core/time.ts';
import { type Metro, slackness } from '../parameters/market.ts';
import type { Campaign, Floorplan, LeaseTerm, Period, Property, Unit } from '../parameters/model.ts';
import { Random } from '../parameters/random.ts';

export interface PropertySeed {
  readonly propertyNo: number;
  readonly stream: string;
  readonly unitPrefix: string;
  readonly metro: Metro;
  readonly trackedFromDay: number;
  readonly opensEmpty: boolean;
  /** Some days were not observed, and the areas of some floorplans' units are unknown. */
  readonly hasGaps: boolean;
}

interface FloorplanKind {
  readonly bedrooms: number;
  /** How many plans a property has, with their weights from none on. */
  readonly planWeights: readonly number[];
  /** Share of units by number of bedrooms: the mix of new buildings, 2024. */
  readonly mixShare: number;
  readonly squareFeet: number;
  readonly bathrooms: readonly number[];
  readonly rentOf: (metro: Metro) => number;
}

const FLOORPLAN_KINDS: readonly FloorplanKind[] = [
  {
    bedrooms: 0,
    planWeights: [65, 35],
    mixShare: 0.1,
    squareFeet: 514,
    bathrooms: [1],
    rentOf: (metro) => metro.oneBedroomRent * 0.87,
  },
  {
    bedrooms: 1,
    planWeights: [0, 25, 50, 25],
    mixShare: 0.48,
    squareFeet: 733,
    bathrooms: [1, 1, 1, 1.5],
    rentOf: (metro) => metro.oneBedroomRent,
  },
  {
    bedrooms: 2,
    planWeights: [0, 30, 45, 25],
    mixShare: 0.39,
    squareFeet: 1099,
    bathrooms: [1, 2, 2, 2.5],
    rentOf: (metro) => metro.twoBedroomRent,
  },
  {
    bedrooms: 3,
    planWeights: [55, 35, 10],
    mixShare: 0.12,
    squareFeet: 1347,
    bathrooms: [2, 2, 2.5],
    rentOf: (metro) => metro.twoBedroomRent * 1.25,
  },
  {
    bedrooms: 4,
    planWeights: [90, 10],
    mixShare: 0.08,
    squareFeet: 1620,
    bathrooms: [2.5, 3],
    rentOf: (metro) => metro.twoBedroomRent * 1.5,
  },
];

const MEASURED_RATE = 0.95;
const CLASSES = ['A', 'B', 'C'] as const;
const CLASS_RENT = { A: 1.25, B: 1, C: 0.82 };
const BUILDING_TYPES = ['garden', 'mid-rise', 'high-rise'] as const;
const STORIES = { garden: [2, 4], 'mid-rise': [4, 8], 'high-rise': [10, 32] } as const;
const LEASE_TERM_OFFERS: readonly (readonly LeaseTerm[])[] = [
  [{ months: 12, markupPercent: 0 }],
  [
    { months: 6, markupPercent: 12 },
    { months: 9, markupPercent: 5 },
    { months: 12, markupPercent: 0 },
    { months: 15, markupPercent: 1 },
  ],
  [
    { months: 7, markupPercent: 10 },
    { months: 10, markupPercent: 4 },
    { months: 12, markupPercent: 1 },
    { months: 13, markupPercent: 0 },
  ],
];
const UNIT_AMENITIES = [
  'Balcony',
  'Dishwasher',
  'Hardwood floors',
  'High ceilings',
  'Quartz counters',
  'Stainless appliances',
  'Walk-in closet',
];

export function makeProperty(seed: PropertySeed, period: Period): Property {
  const random = new Random(seed.stream, 'property');
  const propertyClass = CLASSES[random.weighted([35, 45, 20])] ?? 'B';
  const buildingType = BUILDING_TYPES[random.weighted([50, 38, 12])] ?? 'garden';
  const [lowest, highest] = STORIES[buildingType];
  const stories = random.between(lowest, highest);
  const rentLevel = CLASS_RENT[propertyClass] * (1 + random.spread(0.08));
  const floorplans = makeFloorplans(random, seed, rentLevel);
  return {
    ...seed,
    propertyClass,
    buildingType,
    stories,
    slackness: slackness(seed.metro) * (0.85 + 0.3 * random.share()),
    hasDynamicPricing: random.chance(0.3),
    leaseTerms: random.pick(LEASE_TERM_OFFERS),
    deposit: random.chance(0.85) ? random.between(2, 10) * 100 : null,
    applicationFee: random.chance(0.9) ? random.pick([40, 50, 60, 75]) : null,
    adminFee: random.chance(0.7) ? random.pick([150, 200, 250, 300]) : null,
    floorplans,
    units: makeUnits(seed, drawUnitCount(random, seed), floorplans, { buildingType, stories }),
    campaigns: makeCampaigns(seed, period),
  };
}

/** Mostly 60 to 400. A building that opens is kept small: it stands half empty for months. */
function drawUnitCount(random: Random, seed: PropertySeed): number {
  if (seed.opensEmpty) return random.between(60, 110);
  if (random.chance(0.03)) return random.between(24, 59);
  return random.chance(0.06) ? random.between(401, 560) : random.between(70, 400);
}

function makeFloorplans(random: Random, { metro, hasGaps }: PropertySeed, rentLevel: number): readonly Floorplan[] {
  const hasWasherDryer = random.chance(0.6);
  const floorplans: Floorplan[] = [];
  for (const kind of FLOORPLAN_KINDS) {
    const plans = random.weighted(kind.planWeights);
    for (let plan = 1; plan <= plans; plan++) {
      const size = 1 + random.spread(0.1) + 0.06 * (plan - 1);
      const isMeasured = random.chance(MEASURED_RATE) || !hasGaps;
      const letter = kind.bedrooms === 0 ? 'S' : String.fromCharCode(64 + kind.bedrooms);
      floorplans.push({
        floorplanNo: floorplans.length + 1,
        name: `${letter}${plan}`,
        bedrooms: kind.bedrooms,
        bathrooms: random.pick(kind.bathrooms),
        squareFeet: isMeasured ? Math.round(kind.squareFeet * size) : null,
        // Rent grows more slowly than area.
        levelRent: kind.rentOf(metro) * rentLevel * size ** 0.6,
        hasWasherDryer: hasWasherDryer || kind.bedrooms >= 3,
      });
    }
  }
  return floorplans;
}

function makeUnits(
  seed: PropertySeed,
  count: number,
  floorplans: readonly Floorplan[],
  { buildingType, stories }: Pick<Property, 'buildingType' | 'stories'>,
): readonly Unit[] {
  const random = new Random(seed.stream, 'units');
  const weights = floorplans.map(({ bedrooms }) => {
    const plans = floorplans.filter((each) => each.bedrooms === bedrooms).length;
    return (FLOORPLAN_KINDS[bedrooms]?.mixShare ?? 0) / plans;
  });
  const firstNo = random.between(1, 30) * 1000;
  const buildings = buildingType === 'garden' ? Math.max(2, Math.round(count / 36)) : 1;
  const renovatedShare = random.pick([0, 0, 0.2, 0.5]);
  const affordableShare = random.pick([0, 0, 0, 0.1]);
  return Array.from({ length: count }, (_, position) => {
    // Every plan has a unit, however small the property.
    const planIndex = position < floorplans.length ? position : random.weighted(weights);
    const floorplan = floorplans[planIndex] ?? random.pick(floorplans);
    const inBuilding = Math.floor(position / buildings);
    const perFloor = Math.ceil(count / buildings / stories);
    const floor = 1 + Math.floor(inBuilding / perFloor);
    const building = buildings > 1 ? (position % buildings) + 1 : null;
    const isRenovated = random.chance(renovatedShare);
    const isAffordable = random.chance(affordableShare);
    const isFurnished = random.chance(0.01);
    const number = `${floor}${String((inBuilding % perFloor) + 1).padStart(2, '0')}`;
    const area = floorplan.squareFeet === null ? null : sizeOf(random, floorplan.squareFeet);
    const factors = [1 + 0.003 * floor, isRenovated ? 1.08 : 1, isAffordable ? 0.65 : 1, isFurnished ? 1.25 : 1];
    return {
      unitNo: firstNo + position,
      floorplan,
      name: building === null ? number : `${building}-${number}`,
      building: building === null ? null : `Building ${building}`,
      floor: random.chance(0.97) ? floor : null,
      squareFeet: area,
      levelRent: factors.reduce((rent, factor) => rent * factor, floorplan.levelRent * (1 + random.spread(0.015))),
      isFurnished,
      isRenovated,
      isAffordable,
      amenities: UNIT_AMENITIES.filter(() => random.chance(0.4)),
    };
  });
}

/** Most units are exactly as large as their floorplan says; corners are not. */
function sizeOf(random: Random, squareFeet: number): number {
  return random.chance(0.7) ? squareFeet : Math.round(squareFeet * (1 + random.spread(0.02)));
}

const RESTRICTIONS = [
  'New applicants only.',
  'Restrictions: 13 month lease; must be a new applicant.',
  'On "look and lease" the same day, select units only.',
  '',
];

/** A campaign, a pause, a campaign: about four listings of ten are offered at a concession. */
function makeCampaigns(seed: PropertySeed, period: Period): readonly Campaign[] {
  const random = new Random(seed.stream, 'campaigns');
  const pauseDays = seed.opensEmpty ? 10 : 110 / slackness(seed.metro) ** 2;
  const campaigns: Campaign[] = [];
  let firstDay = period.simulationFirstDay + Math.floor(random.exponential(pauseDays));
  while (firstDay <= period.lastDay) {
    const lastDay = firstDay + random.between(40, 140);
    const weeksFree = random.pick([2, 4, 4, 4, 6, 8]);
    const restriction = random.pick(RESTRICTIONS);
    const moveInBy = new Date((lastDay + 15) * MS_PER_DAY).toISOString().slice(0, 10);
    campaigns.push({
      campaignNo: campaigns.length + 1,
      firstDay,
      lastDay,
      weeksFree,
      coverage: random.pick([0.5, 0.8, 1, 1]),
      details: `Up to ${weeksFree} weeks free; move in by ${moveInBy}. ${restriction}`.trim(),
    });
    firstDay = lastDay + 15 + Math.floor(random.exponential(pauseDays));
  }
  return campaigns;
}
