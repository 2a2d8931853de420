/** What a search can be narrowed by. Generated from the server's table of settings by `npm run generate`. */

export type SettingKind = 'texts' | 'numbers' | 'days' | 'flag';

export const SETTING_KINDS: Readonly<Record<string, SettingKind>> = {
  city: 'texts',
  state: 'texts',
  zip5: 'texts',
  fips: 'texts',
  asset_category: 'texts',
  asset_type: 'texts',
  std_land_use_code: 'texts',
  building_area: 'numbers',
  lot_size_sqft: 'numbers',
  year_built: 'numbers',
  total_units: 'numbers',
  sales_price: 'numbers',
  sales_date: 'days',
  mortgage_amount: 'numbers',
  mortgage_recording_date: 'days',
  owner_occupied: 'flag',
  master_update_time: 'days',
  building_update_time: 'days',
  owner_update_time: 'days',
  sale_update_time: 'days',
  mtg_update_time: 'days',
  tax_update_time: 'days',
  shape_update_time: 'days',
};
