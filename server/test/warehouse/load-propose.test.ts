/** Headers of five unlike exports: which of their columns are proposed as they should be, and that the proposal loads. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proposeMapping } from '../../src/warehouse/propose/propose-mapping.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const LEAST_SHARE = 0.9;

/** For each column of the file the column that it fills, `table.column`, or none. */
type Truth = Readonly<Record<string, string | null>>;

const TRUTHS: Readonly<Record<string, Truth>> = {
  'unit-availability.csv': {
    'Property Code': 'units.source_id',
    'Property Name': null,
    Unit: 'units.unit_id',
    'Unit Type': 'units.floorplan_name',
    Beds: 'units.bedroom_count',
    Baths: 'units.bathroom_count',
    'Sq Ft': 'units.sq_ft',
    Floor: 'units.floor',
    'Unit Status': 'unit_days.unit_status',
    'Market Rent': 'unit_days.rent',
    'Effective Rent': 'unit_days.net_effective_rent',
    Deposit: 'unit_days.deposit',
    'Date Available': 'unit_days.date_available',
    'Days Vacant': 'unit_days.days_on_market',
    Renovated: 'units.is_renovated',
    Resident: null,
  },
  'market-properties.csv': {
    'Property ID': 'properties.source_id',
    'Property Name': 'properties.property_name',
    'Property Address': 'properties.address',
    City: 'properties.city',
    State: 'properties.state',
    Zip: 'properties.zip_code',
    'County Name': 'properties.county',
    'Market Name': 'properties.market_name',
    'Submarket Name': 'properties.submarket_name',
    'Building Class': 'properties.property_class',
    'Year Built': 'properties.year_built',
    'Year Renovated': 'properties.year_renovated',
    'Number Of Units': 'properties.unit_count',
    'Number Of Stories': 'properties.number_of_stories',
    RBA: 'properties.building_area',
    'Land Area (AC)': 'properties.lot_size_acres',
    'Avg Unit SF': 'properties.avg_sq_ft',
    'Avg Asking/Unit': 'property_days.avg_rent',
    'Avg Effective/Unit': 'property_days.avg_ner',
    'Avg Asking/SF': 'property_days.avg_rent_psf',
    'Vacancy %': null,
    'Percent Leased': 'property_days.leased_pct',
    'Avg Concessions %': 'property_days.concession_percent',
    'Last Sale Date': 'properties.last_sale_date',
    'Last Sale Price': 'properties.last_sale_price',
    'Owner Name': 'properties.owner_name',
    'Property Manager Name': 'properties.management_company_name',
    Latitude: 'properties.latitude',
    Longitude: 'properties.longitude',
    'Star Rating': null,
  },
  'pricing-feed.tsv': {
    propertyId: 'units.source_id',
    marketingName: null,
    floorPlanName: 'units.floorplan_name',
    unitNumber: 'units.unit_id',
    bldgNumber: 'units.building_name',
    numBedrooms: 'units.bedroom_count',
    numBathrooms: 'units.bathroom_count',
    squareFeet: 'units.sq_ft',
    bestPrice: 'unit_days.rent',
    effectiveRent: 'unit_days.net_effective_rent',
    minLeaseTerm: 'unit_days.min_lease_term_months',
    availableOn: 'unit_days.date_available',
    unitLeaseStatus: 'unit_days.unit_status',
    unitAmenities: 'units.amenities',
    depositAmount: 'unit_days.deposit',
    applicationFee: 'unit_days.application_fee',
    adminFee: 'unit_days.admin_fee',
    isFurnished: 'units.is_furnished',
    feedTimestamp: 'unit_days.date',
  },
  'assessor-roll.csv': {
    PARCEL_NO: 'properties.source_id',
    SITUS_ADDR: 'properties.address',
    SITUS_CITY: 'properties.city',
    SITUS_ZIP: 'properties.zip_code',
    OWNER_NAME_1: 'properties.owner_name',
    LAND_USE_CD: 'properties.std_land_use_code',
    LAND_USE_DESC: 'properties.std_land_use_code_description',
    ZONING: 'properties.zoning',
    ACT_YR_BLT: 'properties.year_built',
    EFF_YR_BLT: 'properties.year_renovated',
    NO_BLDGS: 'properties.sum_buildings_nbr',
    LIVING_UNITS: 'properties.unit_count',
    TOT_BLDG_SF: 'properties.building_area',
    LAND_SF: 'properties.lot_size_sqft',
    ACREAGE: 'properties.lot_size_acres',
    ROLL_YR: 'taxes.tax_year',
    LAND_ASSD_VAL: 'taxes.assessed_land_value',
    IMPR_ASSD_VAL: 'taxes.assessed_improvement_value',
    TOT_ASSD_VAL: 'taxes.total_assessed_value',
    JUST_VALUE: 'taxes.total_market_value',
    TAX_AMT: 'taxes.tax_amount',
    SALE_DT: 'properties.last_sale_date',
    SALE_PRC: 'properties.last_sale_price',
    LEGAL_DESC: 'properties.legal_description',
    XCOORD_LEGACY: null,
  },
  'spreadsheet.csv': {
    Property: 'properties.source_id',
    'Street address': 'properties.address',
    Town: 'properties.city',
    State: 'properties.state',
    ZIP: 'properties.zip_code',
    '# of units': 'properties.unit_count',
    Built: 'properties.year_built',
    Manager: 'properties.management_company_name',
    Owner: 'properties.owner_name',
    'Occupied %': 'property_days.occupancy_pct',
    'avg rent': 'property_days.avg_rent',
    'as of': 'property_days.date',
    Notes: null,
  },
};

const HEADERS = join(import.meta.dirname, 'headers');

async function propose(file: string, text?: string) {
  const path = await world.write(file, text ?? (await readFile(join(HEADERS, file))));
  const signal = new AbortController().signal;
  return proposeMapping(world.deps, { paths: [path], table: null, format: {} }, { signal });
}

/** Of the columns of the file, those about which the proposal is right, and what it says of the others. */
async function judge(file: string, truth: Truth) {
  const proposed = await propose(file);
  const said = new Map<string, string[]>();
  for (const { table, columns } of proposed) {
    for (const { ours, theirs } of columns)
      said.set(theirs, [...(said.get(theirs) ?? []), `${table.name}.${ours.name}`]);
  }
  // The key stands in both tables of a file; it is right if it is in the first.
  const wrong = Object.entries(truth).filter(([theirs, wanted]) => {
    const found = said.get(theirs) ?? [];
    return wanted === null ? found.length > 0 : !found.includes(wanted);
  });
  const words = wrong.map(
    ([theirs, wanted]) => `${theirs}: ${said.get(theirs)?.join(' + ') ?? 'nothing'}, not ${wanted ?? 'nothing'}`,
  );
  return { right: Object.keys(truth).length - wrong.length, of: Object.keys(truth).length, words };
}

describe('a proposal', () => {
  it(`is right about ${LEAST_SHARE * 100} % of the columns of each of five exports`, async () => {
    const results: { file: string; right: number; of: number; words: readonly string[] }[] = [];
    for (const [file, truth] of Object.entries(TRUTHS)) results.push({ file, ...(await judge(file, truth)) });
    const sum = (field: 'right' | 'of') => results.reduce((total, result) => total + result[field], 0);
    const lines = results.flatMap(({ file, right, of, words }) => [
      `${file}: ${right} of ${of}`,
      ...words.map((each) => `  ${each}`),
    ]);
    process.stdout.write(`${[...lines, `columns proposed right: ${sum('right')} of ${sum('of')}`].join('\n')}\n`);
    expect(results.filter(({ right, of }) => right < LEAST_SHARE * of)).toEqual([]);
  });

  it('finds the header below titles, and the forms of cells', async () => {
    const [units] = await propose('unit-availability.csv');
    expect(units?.format).toMatchObject({ headerLine: 4, forms: { numbers: 'point', dates: 'mdy' } });
    const [buildings] = await propose('spreadsheet.csv');
    expect(buildings?.format).toMatchObject({
      headerLine: 4,
      separator: ';',
      forms: { numbers: 'comma', dates: 'dmy' },
    });
  });

  it('says what must be done to cells: percent, years among words, lists, words of a status', async () => {
    const stepsOf = async (file: string) =>
      Object.fromEntries(
        (await propose(file)).flatMap(({ columns }) => columns.map(({ ours, fit }) => [ours.name, fit.steps])),
      );
    const sheet = await stepsOf('spreadsheet.csv');
    expect(sheet).toMatchObject({ occupancy_pct: { unit: 'percent' }, year_built: { take: 'year' } });
    const feed = await stepsOf('pricing-feed.tsv');
    expect(feed).toMatchObject({ amenities: { list: '|' }, unit_status: { values: { pending: 'applied' } } });
    // With its sign a percent needs no word.
    expect((await stepsOf('market-properties.csv'))['leased_pct']).toEqual({});
  });

  it('is none for a file that is like no table', async () => {
    await expect(propose('songs.csv', 'title,artist\nHelp!,The Beatles\n')).rejects.toMatchObject({
      code: 'load_refused',
    });
  });
});
