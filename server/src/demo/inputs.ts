/** What the generator made up, as rows for the engine. Days stay numbers there until a table is written. */
import type { InputTable } from '../core/ports/engine.ts';
import { type InputColumns, inputTable, LIST_SEPARATOR } from './input-table.ts';
import { describeProperty, type PropertyFacts, type Review, reviewProperty } from './parameters/facts.ts';
import type { Campaign, Floorplan, Property, Unit } from './parameters/model.ts';
import { Random } from './parameters/random.ts';
import type { Plan, PlannedProperty } from './plan.ts';
import { type Episode, followUnit } from './rents/leasing.ts';
import { priceEpisode, type Segment } from './rents/pricing.ts';
import { makeProperty } from './rents/property.ts';

interface PlannedAndMade {
  readonly planned: PlannedProperty;
  readonly property: Property;
}
interface EpisodeOfUnit {
  readonly property: Property;
  readonly unit: Unit;
  readonly episode: Episode;
}
interface SegmentOfUnit extends EpisodeOfUnit {
  readonly segment: Segment;
}
interface Outage {
  readonly propertyNo: number;
  readonly day: number;
}

/** How likely the day's observation failed, and for how many days. */
const OUTAGE_RATE = 0.004;
const OUTAGE_DAYS = [1, 1, 1, 2, 3];

function* makeProperties(plan: Plan): Generator<PlannedAndMade> {
  for (const planned of plan.properties) yield { planned, property: makeProperty(planned, plan.period) };
}

/** Every time that a unit is on the market or empty while observations are made. */
export function* simulateEpisodes(plan: Plan): Generator<EpisodeOfUnit> {
  for (const { property } of makeProperties(plan)) {
    for (const [position, unit] of property.units.entries()) {
      for (const episode of followUnit(property, unit, position, plan.period)) {
        const end = Math.max(episode.exitDay, episode.vacantUntilDay);
        if (end >= plan.period.historyFirstDay) yield { property, unit, episode };
      }
    }
  }
}

function* simulateSegments(plan: Plan): Generator<SegmentOfUnit> {
  for (const { property, unit, episode } of simulateEpisodes(plan)) {
    for (const segment of priceEpisode(property, unit, episode)) yield { property, unit, episode, segment };
  }
}

/** Days on which an observation may have failed, in runs. */
function* drawOutages(plan: Plan): Generator<Outage> {
  for (const { stream, propertyNo, hasGaps } of plan.properties) {
    if (!hasGaps) continue;
    const random = new Random(stream, 'outages');
    for (let day = plan.period.historyFirstDay; day <= plan.period.lastDay; day++) {
      if (!random.chance(OUTAGE_RATE)) continue;
      for (let rest = random.pick(OUTAGE_DAYS); rest > 0; rest--, day++) yield { propertyNo, day };
    }
  }
}

const PROPERTY_COLUMNS: InputColumns<PlannedAndMade> = {
  property_no: ['count', ({ property }) => property.propertyNo],
  key: ['text', ({ planned }) => String(planned.key)],
  unit_prefix: ['text', ({ property }) => property.unitPrefix],
  tracked_from_day: ['count', ({ property }) => property.trackedFromDay],
  unit_count: ['count', ({ property }) => property.units.length],
  /** Months and markup in percent, in the order of `months`. */
  term_months: ['text', ({ property }) => property.leaseTerms.map(({ months }) => months).join(LIST_SEPARATOR)],
  term_markups: ['text', ({ property }) => property.leaseTerms.map((term) => term.markupPercent).join(LIST_SEPARATOR)],
  deposit: ['count', ({ property }) => property.deposit],
  application_fee: ['count', ({ property }) => property.applicationFee],
  admin_fee: ['count', ({ property }) => property.adminFee],
};

interface DescribedProperty {
  readonly property: Property;
  readonly facts: PropertyFacts;
}

const FACT_COLUMNS: InputColumns<DescribedProperty> = {
  property_no: ['count', ({ property }) => property.propertyNo],
  property_name: ['text', ({ facts }) => facts.name],
  property_url: ['text', ({ facts }) => facts.url],
  address: ['text', ({ facts }) => facts.address],
  city: ['text', ({ property }) => property.metro.city],
  state: ['text', ({ property }) => property.metro.state],
  zip_code: ['text', ({ facts }) => facts.zipCode],
  county: ['text', ({ property }) => property.metro.county],
  latitude: ['number', ({ facts }) => facts.latitude],
  longitude: ['number', ({ facts }) => facts.longitude],
  market_id: ['id', ({ property }) => property.metro.cbsa],
  market_name: ['text', ({ property }) => property.metro.city],
  submarket_name: ['text', ({ facts }) => facts.submarket],
  msa_name: ['text', ({ property }) => property.metro.msa],
  property_type: ['text', ({ property }) => property.buildingType],
  property_class: ['text', ({ property }) => property.propertyClass],
  year_built: ['count', ({ facts }) => facts.yearBuilt],
  year_renovated: ['count', ({ facts }) => facts.yearRenovated],
  number_of_stories: ['count', ({ property }) => property.stories],
  lot_size_acres: ['number', ({ facts }) => facts.lotSizeAcres],
  amenities: ['text', ({ facts }) => facts.amenities.join(LIST_SEPARATOR)],
  management_company_name: ['text', ({ facts }) => facts.managementCompany],
  owner_name: ['text', ({ facts }) => facts.ownerName],
  owner_type: ['text', ({ facts }) => facts.ownerType],
  last_sale_day: ['count', ({ facts }) => facts.lastSaleDay],
  last_sale_price: ['number', ({ facts }) => facts.lastSalePrice],
  median_household_income: ['number', ({ facts }) => facts.medianHouseholdIncome],
  population: ['count', ({ facts }) => facts.population],
  households: ['count', ({ facts }) => facts.households],
  median_age: ['number', ({ facts }) => facts.medianAge],
  renter_occupied_pct: ['number', ({ facts }) => facts.renterOccupiedShare],
  rent_to_income_pct: ['number', ({ facts }) => facts.rentToIncomeShare],
  opp_zone: ['boolean', ({ facts }) => facts.inOpportunityZone],
};

const FLOORPLAN_COLUMNS: InputColumns<{ property: Property; floorplan: Floorplan }> = {
  property_no: ['count', ({ property }) => property.propertyNo],
  floorplan_no: ['count', ({ floorplan }) => floorplan.floorplanNo],
  floorplan_name: ['text', ({ floorplan }) => floorplan.name],
  bedroom_count: ['count', ({ floorplan }) => floorplan.bedrooms],
  bathroom_count: ['number', ({ floorplan }) => floorplan.bathrooms],
  washer_dryer: ['boolean', ({ floorplan }) => floorplan.hasWasherDryer],
};

const UNIT_COLUMNS: InputColumns<{ property: Property; unit: Unit }> = {
  property_no: ['count', ({ property }) => property.propertyNo],
  unit_no: ['count', ({ unit }) => unit.unitNo],
  floorplan_no: ['count', ({ unit }) => unit.floorplan.floorplanNo],
  unit_name: ['text', ({ unit }) => unit.name],
  building_name: ['text', ({ unit }) => unit.building],
  floor: ['count', ({ unit }) => unit.floor],
  sq_ft: ['count', ({ unit }) => unit.squareFeet],
  is_furnished: ['boolean', ({ unit }) => unit.isFurnished],
  is_renovated: ['boolean', ({ unit }) => unit.isRenovated],
  is_affordable: ['boolean', ({ unit }) => unit.isAffordable],
  amenities: ['text', ({ unit }) => unit.amenities.join(LIST_SEPARATOR)],
};

const CAMPAIGN_COLUMNS: InputColumns<{ property: Property; campaign: Campaign }> = {
  property_no: ['count', ({ property }) => property.propertyNo],
  campaign_no: ['count', ({ campaign }) => campaign.campaignNo],
  details: ['text', ({ campaign }) => campaign.details],
  last_day: ['count', ({ campaign }) => campaign.lastDay],
};

const VACANCY_COLUMNS: InputColumns<EpisodeOfUnit> = {
  property_no: ['count', ({ property }) => property.propertyNo],
  vacated_day: ['count', ({ episode }) => episode.vacatedDay],
  leased_day: ['count', ({ episode }) => episode.leasedDay ?? episode.vacantUntilDay],
  vacant_until_day: ['count', ({ episode }) => episode.vacantUntilDay],
};

const SEGMENT_COLUMNS: InputColumns<SegmentOfUnit> = {
  property_no: ['count', ({ property }) => property.propertyNo],
  unit_no: ['count', ({ unit }) => unit.unitNo],
  enter_day: ['count', ({ episode }) => episode.enterDay],
  first_day: ['count', ({ segment }) => segment.firstDay],
  last_day: ['count', ({ segment }) => segment.lastDay],
  exit_day: ['count', ({ episode }) => episode.exitDay],
  available_day: ['count', ({ episode }) => episode.availableDay],
  status: ['text', ({ segment }) => segment.status],
  rent: ['count', ({ segment }) => segment.rent],
  net_rent_cents: ['count', ({ segment }) => segment.netRentCents],
  campaign_no: ['count', ({ segment }) => segment.campaign?.campaignNo ?? null],
  starts_price: ['boolean', ({ segment }) => segment.startsPrice],
  prices_so_far: ['count', ({ segment }) => segment.pricesSoFar],
  last_change_day: ['count', ({ segment }) => segment.lastChange?.day ?? null],
  last_change: ['count', ({ segment }) => segment.lastChange?.change ?? null],
  change_30d: ['count', ({ segment }) => segment.change30d],
  changes_30d_count: ['count', ({ segment }) => segment.changes30dCount],
  starts_application: ['boolean', ({ segment }) => segment.startsApplication],
  cancelled_day: ['count', ({ segment }) => segment.cancelledDay],
};

const OUTAGE_COLUMNS: InputColumns<Outage> = {
  property_no: ['count', ({ propertyNo }) => propertyNo],
  day: ['count', ({ day }) => day],
};

const REVIEW_COLUMNS: InputColumns<{ property: Property; review: Review }> = {
  property_no: ['count', ({ property }) => property.propertyNo],
  first_day: ['count', ({ review }) => review.firstDay],
  last_day: ['count', ({ review }) => review.lastDay],
  rating: ['number', ({ review }) => review.rating],
  review_count: ['count', ({ review }) => review.count],
};

function* describeProperties(plan: Plan): Generator<DescribedProperty> {
  for (const { planned, property } of makeProperties(plan)) {
    if (planned.index !== null) yield { property, facts: describeProperty(property, planned.index) };
  }
}

/** The rows by the names under which the statements of `sql.ts` read them. */
export function demoInputs(plan: Plan): Readonly<Record<string, InputTable>> {
  const { historyFirstDay, lastDay } = plan.period;
  const ofEach = <Item>(itemsOf: (property: Property) => Iterable<Item>) =>
    function* () {
      for (const { property } of makeProperties(plan)) yield* itemsOf(property);
    };
  return {
    property_rows: inputTable(PROPERTY_COLUMNS, () => makeProperties(plan)),
    fact_rows: inputTable(FACT_COLUMNS, () => describeProperties(plan)),
    floorplan_rows: inputTable(
      FLOORPLAN_COLUMNS,
      ofEach((property) => property.floorplans.map((floorplan) => ({ property, floorplan }))),
    ),
    unit_rows: inputTable(
      UNIT_COLUMNS,
      ofEach((property) => property.units.map((unit) => ({ property, unit }))),
    ),
    campaign_rows: inputTable(
      CAMPAIGN_COLUMNS,
      ofEach((property) => property.campaigns.map((campaign) => ({ property, campaign }))),
    ),
    review_rows: inputTable(
      REVIEW_COLUMNS,
      ofEach((property) =>
        [...reviewProperty(property, historyFirstDay, lastDay)].map((review) => ({ property, review })),
      ),
    ),
    outage_rows: inputTable(OUTAGE_COLUMNS, () => drawOutages(plan)),
    vacancy_rows: inputTable(VACANCY_COLUMNS, () => simulateEpisodes(plan)),
    segment_rows: inputTable(SEGMENT_COLUMNS, () => simulateSegments(plan)),
  };
}
