/** Makes up properties without a history of rents: offices and shops, houses, condominiums, small apartment houses. */
import { METROS, type Metro } from '../parameters/market.ts';
import { owner, placeName, street, submarket } from '../parameters/names.ts';
import { Random } from '../parameters/random.ts';
import { companyName, personName } from './people.ts';
import { type Category, type Holder, parseAddress, type Subject } from './subject.ts';

export interface PlannedParcel {
  readonly propertyId: number;
  readonly index: number;
  readonly seed: number;
  /** The last day of the data. */
  readonly lastDay: number;
}

/** Higher than every id that an invented apartment property can have. */
const FIRST_PARCEL_ID = 101_000_000;
const PARCEL_ID_STEP = 7;
/** Of ten parcels in a row. The condominiums of twenty in a row are in one building. */
const CATEGORIES: readonly Category[] = [
  'sfr',
  'commercial',
  'condo',
  'condo',
  'sfr',
  'multifamily',
  'commercial',
  'sfr',
  'commercial',
  'sfr',
];
const PARCELS_PER_CONDO_BUILDING = 20;
/** Every twentieth is an office tower in New York, so that a search for large buildings there finds some in the smallest data set. */
const TOWER_INDEX = 1;
const TOWER_EVERY = 20;

interface Kind {
  readonly types: readonly string[];
  readonly squareFeet: readonly [number, number];
  readonly acres: readonly [number, number];
  readonly residentialUnits: readonly [number, number];
  readonly commercialUnits: readonly [number, number];
  readonly valuePerSquareFoot: readonly [number, number];
  readonly stories: readonly [number, number];
}

const KINDS: Readonly<Record<Category, Kind>> = {
  sfr: {
    types: ['single family'],
    squareFeet: [900, 4200],
    acres: [0.08, 0.9],
    residentialUnits: [1, 1],
    commercialUnits: [0, 0],
    valuePerSquareFoot: [120, 520],
    stories: [1, 3],
  },
  condo: {
    types: ['condominium'],
    squareFeet: [520, 2100],
    acres: [0.01, 0.05],
    residentialUnits: [1, 1],
    commercialUnits: [0, 0],
    valuePerSquareFoot: [180, 780],
    stories: [4, 22],
  },
  multifamily: {
    types: ['duplex', 'triplex', 'apartment house'],
    squareFeet: [1800, 26_000],
    acres: [0.1, 1.2],
    residentialUnits: [2, 24],
    commercialUnits: [0, 2],
    valuePerSquareFoot: [110, 380],
    stories: [2, 5],
  },
  commercial: {
    types: ['office', 'retail', 'industrial', 'hotel'],
    squareFeet: [3000, 95_000],
    acres: [0.2, 6],
    residentialUnits: [0, 0],
    commercialUnits: [1, 14],
    valuePerSquareFoot: [90, 460],
    stories: [1, 9],
  },
};
const TOWER: Kind = {
  ...KINDS.commercial,
  types: ['office'],
  squareFeet: [110_000, 900_000],
  acres: [0.3, 1.2],
  commercialUnits: [8, 30],
  stories: [12, 48],
};

export function planParcels(count: number, seed: number, lastDay: number): readonly PlannedParcel[] {
  return Array.from({ length: count }, (_, index) => {
    const random = new Random(`${seed}/parcel/${index}`, 'id');
    const propertyId = FIRST_PARCEL_ID + index * PARCEL_ID_STEP + random.between(0, PARCEL_ID_STEP - 1);
    return { propertyId, index, seed, lastDay };
  });
}

export interface Parcel {
  readonly subject: Subject;
  readonly name: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly neighborhood: string;
  readonly stories: number;
  readonly yearRenovated: number | null;
}

function categoryOf(index: number): Category {
  return CATEGORIES[index % CATEGORIES.length] ?? 'sfr';
}

/** As apartment houses are spread: more in large metros, but not all. */
const METRO_WEIGHTS = METROS.map(({ populationMillions }) => Math.sqrt(populationMillions));

interface Site {
  readonly metro: Metro;
  readonly address: string;
  readonly zip5: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly neighborhood: string;
  readonly yearBuilt: number;
}

/** Condominiums of one building share it. */
function siteOf({ index, seed }: PlannedParcel, category: Category, isTower: boolean): Site {
  const building = Math.floor(index / PARCELS_PER_CONDO_BUILDING);
  const random = new Random(`${seed}/${category === 'condo' ? `condo/${building}` : `parcel/${index}`}`, 'site');
  const metro = METROS[isTower ? 0 : random.weighted(METRO_WEIGHTS)] ?? random.pick(METROS);
  const place = (center: number) => Math.round((center + random.spread(0.06)) * 1e6) / 1e6;
  return {
    metro,
    address: street(random),
    zip5: metro.zip3 + String(random.between(1, 60)).padStart(2, '0'),
    latitude: place(metro.latitude),
    longitude: place(metro.longitude),
    neighborhood: submarket(random, metro.city),
    yearBuilt: random.between(1900, 2022),
  };
}

const OWNER_OCCUPIED_RATE = { sfr: 0.65, condo: 0.5, multifamily: 0.15, commercial: 0.1 } as const;
/** Companies own several properties each. */
const COMPANIES = 400;

function holderOf(random: Random, seed: number, category: Category): Holder | null {
  if (random.chance(0.04)) return null;
  const isHome = category === 'sfr' || category === 'condo';
  if (random.chance(isHome ? 0.85 : 0.15)) return { name: personName(random), type: 'Individual' };
  if (random.chance(0.15)) return owner(random);
  const company = new Random(`${seed}/company/${random.between(1, COMPANIES)}`, 'name');
  return { name: companyName(company), type: 'Private company' };
}

function lastSaleOf(random: Random, lastDay: number, marketValue: number): Subject['lastSale'] {
  if (random.chance(0.12)) return null;
  const day = lastDay - random.between(20, 9000);
  const price = Math.round((marketValue * 0.96 ** ((lastDay - day) / 365)) / 500) * 500;
  return { day, price: random.chance(0.85) ? price : null };
}

export function makeParcel(planned: PlannedParcel): Parcel {
  const { propertyId, index, seed, lastDay } = planned;
  const stream = `${seed}/parcel/${index}`;
  const random = new Random(stream, 'parcel');
  const category = categoryOf(index);
  const isTower = index % TOWER_EVERY === TOWER_INDEX;
  const kind = isTower ? TOWER : KINDS[category];
  const site = siteOf(planned, category, isTower);
  const between = ([lowest, highest]: readonly [number, number]) => random.between(lowest, highest);
  const buildingArea = between(kind.squareFeet);
  const marketValue = buildingArea * between(kind.valuePerSquareFoot);
  const [leastAcres, mostAcres] = kind.acres;
  const address = parseAddress(site.address);
  const unit = category === 'condo' ? `${random.between(1, 20)}${random.pick(['A', 'B', 'C', 'D'])}` : null;
  return {
    subject: {
      propertyId,
      stream,
      metro: site.metro,
      category,
      assetType: random.pick(kind.types),
      address: { ...address, unit },
      zip5: site.zip5,
      yearBuilt: site.yearBuilt,
      buildingArea,
      lotAcres: random.chance(0.9)
        ? Math.round((leastAcres + random.share() * (mostAcres - leastAcres)) * 1000) / 1000
        : null,
      residentialUnits: between(kind.residentialUnits),
      commercialUnits: between(kind.commercialUnits),
      isOwnerOccupied: random.chance(OWNER_OCCUPIED_RATE[category]),
      owner: holderOf(random, seed, category),
      lastSale: lastSaleOf(random, lastDay, marketValue),
      marketValue,
      lastDay,
    },
    name:
      category === 'commercial'
        ? `${placeName(random)} ${random.pick(['Plaza', 'Center', 'Exchange', 'Works'])}`
        : null,
    latitude: site.latitude,
    longitude: site.longitude,
    neighborhood: site.neighborhood,
    stories: between(kind.stories),
    yearRenovated: site.yearBuilt < 1995 && random.chance(0.4) ? random.between(2000, 2022) : null,
  };
}
