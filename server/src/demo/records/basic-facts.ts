/** What `basic` adds to table `properties`, for apartment houses and for parcels, and the whole row of a parcel. */
import type { Value } from '../../core/rows.ts';
import { SQ_FT_PER_ACRE } from '../../reports/details/basic.ts';
import { submarket } from '../parameters/names.ts';
import { Random } from '../parameters/random.ts';
import { countyCode } from './county-codes.ts';
import { dayText, type TableRow } from './deeds.ts';
import type { Parcel } from './parcels.ts';
import { addressText, type Category, type Subject } from './subject.ts';

const LAND_USES: Readonly<
  Record<Category, readonly [code: string, meaning: string, zoning: string, buildingClass: string]>
> = {
  sfr: ['1001', 'Single-family residence', 'R-1', 'A'],
  condo: ['1004', 'Condominium unit', 'R-4', 'R'],
  multifamily: ['1110', 'Multi-family dwelling', 'R-5', 'C'],
  commercial: ['2000', 'Commercial, general', 'C-2', 'O'],
};

/** The others are those of the records. */
function updateTimes({ lastDay }: Subject, random: Random): TableRow {
  const update = () => dayText(lastDay - random.between(0, 700));
  return { master_update_time: update(), building_update_time: update(), shape_update_time: update() };
}

function lotFacts({ lotAcres, buildingArea }: Subject, random: Random): TableRow {
  if (lotAcres === null) return { lot_size_sqft: null, existing_floor_area_ratio: null, frontage: null, depth: null };
  const area = Math.round(lotAcres * SQ_FT_PER_ACRE);
  const frontage = Math.round(Math.sqrt(area) * (0.6 + 0.6 * random.share()));
  return {
    lot_size_sqft: area,
    existing_floor_area_ratio: Math.round((buildingArea / area) * 100) / 100,
    frontage,
    depth: Math.round(area / Math.max(1, frontage)),
  };
}

function numbered(random: Random, groups: readonly number[]): string {
  return groups.map((digits) => String(random.between(0, 10 ** digits - 1)).padStart(digits, '0')).join('-');
}

/** In parts: objects of eighty fields are slow. */
export function basicFacts(subject: Subject): readonly TableRow[] {
  const { stream, address, category, metro, propertyId } = subject;
  const random = new Random(stream, 'basic');
  const county = countyCode(metro.cbsa);
  const [landUse, meaning, zoning, buildingClass] = LAND_USES[category];
  const apn = numbered(random, [3, 4, 3]);
  const optional = (likelihood: number, value: Value): Value => (random.chance(likelihood) ? value : null);
  const facts = {
    property_id: propertyId,
    apn,
    parcel_id: `${county}-${apn.replaceAll('-', '')}`,
    house_nbr: address.houseNumber,
    direction_left: address.direction,
    street: address.street,
    mode: address.kind,
    direction_right: optional(0.04, random.pick(['NW', 'SE'])),
    municipality: optional(0.6, metro.city),
    zip4: optional(0.8, numbered(random, [4])),
    fips: county,
    census_tract: `${county}${numbered(random, [6])}`,
    neighborhood_name: optional(0.8, submarket(random, metro.city)),
    std_land_use_code: landUse,
    std_land_use_code_description: meaning,
    building_class: optional(0.9, `${buildingClass}${random.between(1, 9)}`),
    zoning: optional(0.9, zoning),
    owner_occupied: optional(0.93, subject.isOwnerOccupied),
    legal_description: optional(
      0.8,
      `LOT ${random.between(1, 60)} BLOCK ${random.between(1, 40)} ${address.street.toUpperCase()} ADDITION`,
    ),
    building_area: subject.buildingArea,
    sum_buildings_nbr: category === 'sfr' || category === 'condo' ? 1 : random.between(1, 6),
    total_units: subject.residentialUnits + subject.commercialUnits,
    residential_units: subject.residentialUnits,
    commercial_units: subject.commercialUnits,
  };
  return [facts, lotFacts(subject, random), updateTimes(subject, random)];
}

/** A parcel’s whole row in table `properties`, in parts; if two parts have a column, the first wins. */
export function parcelRow(parcel: Parcel): readonly TableRow[] {
  const { subject } = parcel;
  const { metro, owner, lastSale } = subject;
  const row = {
    source_id: `demo-${subject.propertyId}`,
    property_name: parcel.name,
    address: addressText(subject.address),
    city: metro.city,
    state: metro.state,
    zip_code: subject.zip5,
    county: metro.county,
    latitude: parcel.latitude,
    longitude: parcel.longitude,
    msa_name: metro.msa,
    neighborhood_name: parcel.neighborhood,
    year_built: subject.yearBuilt,
    year_renovated: parcel.yearRenovated,
    unit_count: subject.category === 'multifamily' ? subject.residentialUnits : null,
    number_of_stories: parcel.stories,
    lot_size_acres: subject.lotAcres,
    owner_name: owner?.name ?? null,
    owner_type: owner?.type ?? null,
    last_sale_date: lastSale === null ? null : dayText(lastSale.day),
    last_sale_price: lastSale?.price ?? null,
    asset_category: subject.category,
    asset_type: subject.assetType,
    active: true,
    opp_zone: new Random(subject.stream, 'opportunity zone').chance(0.1),
  };
  return [row, ...basicFacts(subject)];
}
