/** Detail type `basic`: what and where a property is, according to its county’s records and maps. */
import { coalesced, column, literal, rounded, times } from '../../core/plan/expression.ts';
import { BUILDING } from '../columns/building.ts';
import { AREA, DAY, FLAG, TEXT, UNITS } from '../columns/declare.ts';
import { DAYS, LOCATION, MARKET } from '../columns/place.ts';
import { type Declaration, declareDetails, INDIRECT_TEXT, LENGTH, PERSONAL_TEXT, shared } from './declare.ts';
import { type BasicDetail, CHANGED_COLUMN, type DetailSource, UPDATE_COLUMN } from './detail.ts';
import { maySpeakOfPerson } from './parties.ts';
import { reonomyId } from './reonomy-id.ts';
import { CHANGED_ON, latestUpdate, updateDay } from './update-days.ts';

/** `sfr`: a single-family residence. Matching tells homes from the rest by these words. */
const ASSET_CATEGORIES = ['commercial', 'multifamily', 'sfr', 'condo', 'land', 'other'] as const;
export const SQ_FT_PER_ACRE = 43_560;

const IDENTITY = declareDetails('p', {
  reonomy_id: {
    ...TEXT,
    isShown: false,
    computed: 'uuid5',
    description: 'UUID (version 5) of `property_id`, by which the Reonomy dialect names the property.',
  },
  id: {
    ...TEXT,
    nullable: false,
    expression: reonomyId('p'),
    isStored: false,
    description: 'UUID (version 5) of `property_id`: the property in the Reonomy dialect.',
  },
  property_id: shared({ ...DAYS.property_id, expression: column('p', 'property_id') }),
  active: { ...FLAG, description: 'False once the property is no longer observed.' },
  // Anyone can look up the owner of a parcel by its number.
  apn: { ...INDIRECT_TEXT, description: 'Assessor’s parcel number, as the county writes it.' },
  parcel_id: { ...INDIRECT_TEXT, description: 'Number of the parcel, unique over all counties.' },
});

const ADDRESS = declareDetails('p', {
  address_line1: shared(LOCATION.address),
  house_nbr: { ...INDIRECT_TEXT, description: 'House number of the street address, as text.' },
  direction_left: { ...TEXT, description: 'Compass direction before the street’s name, such as N.' },
  street: { ...INDIRECT_TEXT, description: 'Name of the street without direction and kind.' },
  mode: { ...TEXT, description: 'Kind of street, such as Ave or Blvd.' },
  direction_right: { ...TEXT, description: 'Compass direction behind the street’s name.' },
  city: shared(LOCATION.city),
  municipality: {
    ...TEXT,
    description: 'Municipality that governs the place, which need not be the city of the address.',
  },
  state: shared(LOCATION.state),
  zip5: {
    ...TEXT,
    expression: { node: 'first-characters', value: column('p', 'zip_code'), count: 5 },
    isStored: false,
    description: 'First five digits of the ZIP code, as text with its leading zeros.',
  },
  zip4: {
    ...INDIRECT_TEXT,
    form: { kind: 'digits', count: 4, least: 1 },
    description: 'Last four digits of the nine-digit ZIP code.',
  },
});

const PLACE = declareDetails('p', {
  lat: shared(LOCATION.latitude),
  lon: shared(LOCATION.longitude),
  fips: {
    ...TEXT,
    form: { kind: 'digits', count: 5, least: 4 },
    description: 'FIPS code of the county: two digits of the state and three of the county.',
  },
  fips_county: shared(LOCATION.county),
  msa_name: shared(MARKET.msa_name),
  census_tract: {
    ...TEXT,
    form: { kind: 'digits', count: 11, least: 10 },
    description: 'Census tract that the property lies in, by its eleven-digit code.',
  },
  neighborhood_name: { ...TEXT, description: 'Name of the neighborhood that the property lies in.' },
  opp_zone: { ...FLAG, description: 'True when the property lies in a qualified opportunity zone.' },
});

const USE = declareDetails('p', {
  asset_category: {
    ...TEXT,
    oneOf: ASSET_CATEGORIES,
    description:
      'What the property is used as: commercial, multifamily, single-family residence, condominium, land or other.',
  },
  asset_type: { ...TEXT, description: 'Finer kind of use within the asset category, in the words of its source.' },
  std_land_use_code: { ...TEXT, description: 'Standardized code of the use of the land.' },
  std_land_use_code_description: { ...TEXT, description: 'What `std_land_use_code` means.' },
  building_class: { ...TEXT, description: 'Class of the building in the local assessor’s code.' },
  zoning: { ...TEXT, description: 'Zoning district that the property lies in.' },
  owner_occupied: { ...FLAG, isShown: false, description: 'True when the owner lives or works in the property.' },
});

const LOT = declareDetails('p', {
  existing_floor_area_ratio: {
    type: 'number',
    unit: 'sq_ft_per_sq_ft',
    min: 0,
    pii: 'none',
    description: 'Floor area of the buildings as a multiple of the area of the land.',
  },
  lot_size_sqft: {
    type: 'number',
    unit: 'sq_ft',
    min: 0,
    pii: 'none',
    expression: coalesced(
      column('p', 'lot_size_sqft'),
      rounded(times(column('p', 'lot_size_acres'), literal(SQ_FT_PER_ACRE)), 0),
    ),
    description: 'Area of the land on which the property stands, from `lot_size_acres` where only that is known.',
  },
  lot_size_acres: shared(BUILDING.lot_size_acres),
  frontage: { ...LENGTH, description: 'Length of the lot along the street.' },
  depth: { ...LENGTH, description: 'Length of the lot away from the street.' },
  legal_description: {
    ...PERSONAL_TEXT,
    personalWhere: {
      leavesOut: 'value',
      condition: maySpeakOfPerson(column('p', 'legal_description')),
      words: 'where more than one of its words is not of the usual ones about land',
    },
    description: 'Words by which deeds name the parcel.',
  },
});

const BUILDINGS = declareDetails('p', {
  building_area: { ...AREA, description: 'Floor area of all buildings of the property.' },
  sum_buildings_nbr: {
    type: 'count',
    unit: 'buildings',
    min: 0,
    pii: 'none',
    description: 'Number of buildings of the property.',
  },
  total_units: {
    ...UNITS,
    expression: coalesced(column('p', 'total_units'), column('p', 'unit_count')),
    description: 'Number of residential and commercial units, or of rental units where only those are known.',
  },
  residential_units: { ...UNITS, description: 'Number of residential units.' },
  commercial_units: { ...UNITS, description: 'Number of commercial units.' },
  floors: shared(BUILDING.number_of_stories),
  year_built: shared(BUILDING.year_built),
  year_renovated: shared(BUILDING.year_renovated),
});

function ofProperty(name: string, meaning: string): Declaration {
  const description = `${meaning}; where its source does not tell, that of the load that last changed the property.`;
  return { ...DAY, expression: updateDay('p', name), description };
}

function ofRecords(name: string, tables: readonly DetailSource[], meaning: string): Declaration {
  const description = `${meaning}; where its source does not tell, the latest \`${UPDATE_COLUMN}\` of those records.`;
  return { ...DAY, expression: coalesced(column('p', name), latestUpdate(...tables)), description };
}

const UPDATES = declareDetails('p', {
  master_update_time: ofProperty('master_update_time', 'Day on which what identifies the property was last updated'),
  building_update_time: ofProperty('building_update_time', 'Day on which facts about its buildings were last updated'),
  owner_update_time: ofRecords(
    'owner_update_time',
    ['ownerships', 'contacts', 'reported_owners'],
    'Day on which its ownership was last updated',
  ),
  sale_update_time: ofRecords('sale_update_time', ['sales'], 'Day on which its sales were last updated'),
  mtg_update_time: ofRecords('mtg_update_time', ['mortgages'], 'Day on which its mortgages were last updated'),
  tax_update_time: ofRecords('tax_update_time', ['taxes'], 'Day on which its taxes were last updated'),
  shape_update_time: ofProperty('shape_update_time', 'Day on which the shape of its parcel was last updated'),
});

const CHANGES = declareDetails('p', { [CHANGED_COLUMN]: CHANGED_ON });

export const BASIC: BasicDetail = {
  title: 'Basic attributes',
  description:
    'Identity, address, place, use, lot and buildings of the property, and when each kind of its data was last updated. These stand at the top level of the answer.',
  columns: [...IDENTITY, ...ADDRESS, ...PLACE, ...USE, ...LOT, ...BUILDINGS, ...UPDATES, ...CHANGES],
  updateColumns: ['master_update_time', 'building_update_time', 'shape_update_time'],
};

/** The days in the result of a search. */
export const UPDATE_TIMES = UPDATES;
