/** What providers call what is lasting: properties, units, floorplans. */

export const PROPERTY_PHRASES: Readonly<Record<string, string>> = {
  source_id:
    'property id, property code, property number, property key, account number, parcel number, parcel id, id, code, property, property reference, pin, entity id, costar property id, yardi code, site id, property reference number, parcel identification number, parcel identifier, property identifier, asset number, object number',
  property_name:
    'name, property, property marketing name, building name, project name, marketing name, asset name, building',
  property_url: 'url, property url',
  address:
    'street address, property address, street, address 1, address line 1, situs address, site address, location address, addr, address line, location, where, street name number, full address, property street address, primary address',
  city: 'property city, situs city, city name, municipality name, place',
  state: 'property state, state code, situs state, state province',
  zip_code: 'zip, zip code, property zip, situs zip, zip 5, zip plus 4, zip code, zip code 5',
  county: 'county name, property county',
  latitude: 'y, y coordinate, geo latitude',
  longitude: 'x, x coordinate, geo longitude',
  market_name: 'market, costar market',
  submarket_name: 'submarket, submarket cluster, sub market',
  msa_name: 'msa, metro, cbsa, metro area, cbsa name',
  property_type:
    'type, building type, secondary type, style, property sub type, kind, product type, building style, structure type, building kind, construction type, asset style',
  property_class:
    'class, building class, grade, star rating class, quality, quality class, asset class, investment class, asset grade',
  year_built:
    'built, vintage, actual year built, construction year, year constructed, date built, year completed, date completed, delivery year, year of construction, original year built, first year',
  year_renovated:
    'renovated, last renovated, effective year built, year remodeled, remodeled, last renovation, last year renovated, date renovated, upgraded',
  unit_count:
    'unit, number unit, total unit, number of unit, count unit, living unit, unit number total, how many unit, number apartment, door count, dwelling unit',
  number_of_stories:
    'story, number story, number of story, floor count, story count, number floor, floor, story number, number level',
  avg_sq_ft:
    'average unit square foot, average unit size, average size, average square foot, average sqft, average unit area',
  lot_size_acres:
    'land area acre, lot acre, acre, land acre, site acre, calculated acre, lot size acre, gis acre, deeded acre, land acreage',
  lot_size_sqft:
    'land area square foot, lot square foot, lot size, land square foot, land area, land sqft, site area, parcel area, lot area, land size',
  building_area:
    'gross building area, rentable building area, building square foot, rba, total building square foot, living area, net rentable square foot, heated area, building area square foot, gross internal area, gross area, total sqft, gross leasable area, net rentable area, net internal area, gross living area, finished area, floor area, improvement sqft, structure area, gross sqft, living area total',
  management_company_name:
    'management company, property manager, manager, property manager name, managed by, management, managing agent, management firm, property management, manager company, manager name',
  owner_name:
    'owner, true owner name, owner 1, owner name 1, ownership, true owner, owned by, owner entity, owner company, owner of record, taxpayer name, owner 1 name',
  owner_type: 'owner kind, true owner type, ownership type, owner category, owner class',
  last_sale_date:
    'sale date, date of last sale, date sale, last sale, acquired, acquisition date, date acquired, latest sale date, date last sold, transfer date',
  last_sale_price:
    'sale price, sale amount, price, acquisition price, last price, price of last sale, paid, last sale amount, latest sale price, sale value, transfer value',
  apn: 'parcel, parcel number, assessor parcel number, tax parcel, parcel number 1 minimum, folio, parcel identification, pin, map block lot, tax map number, parcel key',
  zoning: 'zone, zoning code, zoning district, zoning class',
  neighborhood_name: 'neighborhood, neighborhood name, neighborhood description',
  legal_description: 'legal, legal desc',
  std_land_use_code:
    'land use code, use code, luc, dor use code, land use, property use code, state use code, class code',
  std_land_use_code_description:
    'land use, use description, land use description, use code description, property use, property use description, class description, land use type',
  sum_buildings_nbr: 'number building, building count, number of building, building number total, structure count',
  census_tract: 'tract, census tract number, census tract code, tract geoid, tract id',
  amenities: 'amenity, property amenity, unit amenity, features, community amenity, unit feature, amenity description',
  active: 'is active, status active',
  zip4: 'zip 4, zip plus 4 suffix, zip extension',
  market_id: 'market id, market number, market code',
  frontage: 'front, lot frontage, lot width, front foot',
  depth: 'lot depth',
  fips: 'county fips, fips code, county code fips',
  building_class: 'building class code, building class',
  residential_units: 'number residential, residential unit number, living unit residential',
  commercial_units: 'number commercial, commercial unit number',
  total_units: 'all unit',
  house_nbr: 'house number, street number, address number, property number street, situs number, situs house number',
  direction_left:
    'street direction, left direction, prefix direction, street predirection, pre direction, direction prefix, situs left direction, situs direction',
  street: 'street name, situs street, situs street name, property street name',
  mode: 'street type, street suffix, suffix, situs suffix, situs type, street mode',
  direction_right: 'right direction, street post direction, post direction, suffix direction, situs right direction',
  municipality: 'municipality name, jurisdiction, taxing municipality',
  opp_zone: 'opportunity zone, qualified opportunity zone, oz',
  owner_occupied: 'owner occupied, is owner occupied',
  existing_floor_area_ratio: 'floor area ratio, built floor area ratio',
  population: 'tract population, total population',
  households: 'number household, total household',
  median_household_income: 'household income, median income, median hh income',
  median_age: 'median resident age',
  renter_occupied_pct: 'renter occupied, percent renter, renter share, renter percent',
  rent_to_income_pct: 'rent to income, rent income ratio, rent income percent',
};

export const UNIT_PHRASES: Readonly<Record<string, string>> = {
  unit_id:
    'building unit, unit, unit code, unit number, unit key, space id, unit space id, unit id, apartment number, unit reference',
  unit_name: 'unit, unit number, unit label, unit name, space, door, apartment',
  building_name: 'building, building number, building id, building code, building label',
  floor: 'floor number, floor, unit floor, floor level',
  floorplan_id: 'floor plan id',
  floorplan_name:
    'floor plan, unit type, plan, floor plan name, plan name, layout, unit type code, floor plan code, floor plan label, model, model name',
  bedroom_count: 'bedroom, number bedroom, bedroom number, rooms bedroom, number of bedroom, bedroom count',
  bathroom_count: 'bathroom, number bathroom, bathroom number, full bathroom, bathroom count, total bathroom',
  sq_ft:
    'square foot, unit square foot, area, size, unit size, gross square foot, living square foot, rentable square foot, unit area, square footage, sqft, unit sqft, living area, interior sqft',
  is_furnished: 'furnished',
  is_renovated: 'renovated, upgraded, is upgraded, renovated unit, upgraded unit',
  is_affordable: 'affordable, affordable unit, income restricted, rent restricted',
  washer_dryer: 'washer dryer, in unit laundry, w d, laundry, washer dryer in unit, has washer dryer',
  unit_mix_units: 'unit mix, plan unit count, unit in plan',
  unit_mix_pct: 'unit mix percent, mix percent',
  min_sq_ft: 'minimum sqft, sqft minimum, sqft from',
  max_sq_ft: 'maximum sqft, sqft maximum, sqft to',
};
