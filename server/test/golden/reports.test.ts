/** The columns that customers' loads depend on, written out: a change here is a change of the contract. */
import { expect, test } from 'vitest';
import { REPORT_TYPES, type ReportType } from '../../src/core/job.ts';
import { REPORTS } from '../../src/reports/catalogue.ts';

const COLUMNS: Readonly<Record<ReportType, string>> = {
  property: `
    id report_generation_date
    property_name property_url date_tracking_started
    address city state zip_code county latitude longitude
    market_id market_name submarket_name msa_name
    property_type property_class year_built year_renovated unit_count number_of_stories avg_sq_ft lot_size_acres amenities
    management_company_name owner_name owner_type last_sale_date last_sale_price
    median_household_income population households median_age renter_occupied_pct rent_to_income_pct
    avg_rent min_rent max_rent avg_ner avg_rent_psf avg_ner_psf
    rent_trend_7d_pct rent_growth_rate_yoy ner_growth_rate_yoy
    concession_value concession_percent concession_details concession_expires_on
    advertised_occupancy_pct occupancy_pct leased_pct exposure_pct exposure_30d_pct exposure_60d_pct exposure_90d_pct
    available_units days_on_market leases_last_7d leases_last_30d applications_last_7d cancelled_applications_30d_pct
    review_average_rating review_count
    rent_0_bed ner_0_bed rent_0_bed_psf ner_0_bed_psf unit_count_0_bed available_units_0_bed days_on_market_0_bed
    rent_1_bed ner_1_bed rent_1_bed_psf ner_1_bed_psf unit_count_1_bed available_units_1_bed days_on_market_1_bed
    rent_2_bed ner_2_bed rent_2_bed_psf ner_2_bed_psf unit_count_2_bed available_units_2_bed days_on_market_2_bed
    rent_3_bed ner_3_bed rent_3_bed_psf ner_3_bed_psf unit_count_3_bed available_units_3_bed days_on_market_3_bed
    rent_4_bed ner_4_bed rent_4_bed_psf ner_4_bed_psf unit_count_4_bed available_units_4_bed days_on_market_4_bed`,
  units: `
    property_id property_name unit_id report_generation_date
    unit_name building_name floor floorplan_id floorplan_name
    bedroom_count bathroom_count sq_ft amenities is_furnished is_renovated is_affordable washer_dryer
    unit_status is_leased date_available date_leased enter_market exit_market days_on_market
    rent max_rent net_effective_rent rent_per_sq_ft net_effective_rent_per_sq_ft annual_rent_reduction_value concession_details
    lease_terms min_lease_term_months best_term_months deposit application_fee admin_fee
    last_rent_change_date last_rent_change rent_change_30d rent_changes_30d_count price_history`,
  floorplans: `
    report_generation_date market_id market_name property_id property_name property_url date_tracking_started
    address city state zip_code latitude longitude unit_count year_built year_renovated management_company_name
    floorplan_id floorplan_name bedroom_count bathroom_count avg_sq_ft min_sq_ft max_sq_ft unit_mix_units unit_mix_pct
    available_units days_on_market avg_rent min_rent max_rent avg_rent_psf avg_ner avg_ner_psf
    asking_rent_change asking_rent_change_percent rent_trend_7d_pct rent_trend_30d_pct rent_trend_365d_pct
    leases_last_30d concession_percent`,
};

test.each(REPORT_TYPES)('%s has exactly its columns, in their order', (type) => {
  expect(REPORTS[type].columns.map((column) => column.name)).toEqual(COLUMNS[type].trim().split(/\s+/));
});

test('the keys are those of the contract', () => {
  expect(Object.fromEntries(REPORT_TYPES.map((type) => [type, REPORTS[type].key.join(' ')]))).toEqual({
    property: 'id report_generation_date',
    units: 'property_id unit_id report_generation_date',
    floorplans: 'property_id floorplan_id report_generation_date',
  });
});
