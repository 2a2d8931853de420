/** What a unit is (`u`) and how it was seen on a day on which it was on the market (`d`). */
import { column, compared, divided, literal, rounded } from '../../core/plan/expression.ts';
import { AREA, DAY, declareColumns, FLAG, PRICE, RENT, RENT_PER_SQ_FT, TEXT } from './declare.ts';

export const UNIT_KEY = declareColumns('d', {
  // Together with the property's address, a unit's number says where somebody lives.
  unit_id: {
    type: 'text',
    nullable: false,
    pii: 'indirect',
    description: 'Identifier of the unit, unique within its property.',
  },
});

export const UNIT_FACTS = declareColumns('u', {
  unit_name: { type: 'text', pii: 'indirect', description: 'Number or name of the unit, as on its door.' },
  building_name: { ...TEXT, description: 'Number or name of the building of the property that the unit is in.' },
  floor: {
    type: 'count',
    unit: 'floors',
    min: -10,
    max: 300,
    pii: 'none',
    description: 'Floor on which the unit is, 1 being the ground floor.',
  },
  floorplan_id: { type: 'id', min: 1, pii: 'none', description: 'Number of the unit’s floorplan.' },
  floorplan_name: { ...TEXT, description: 'Name under which the unit’s floorplan is marketed.' },
  bedroom_count: {
    type: 'count',
    unit: 'bedrooms',
    min: 0,
    max: 20,
    pii: 'none',
    description: 'Number of bedrooms, 0 for a studio.',
  },
  bathroom_count: {
    type: 'number',
    unit: 'bathrooms',
    min: 0,
    max: 20,
    pii: 'none',
    description: 'Number of bathrooms, half of one being a room without a bath or shower.',
  },
  sq_ft: { ...AREA, description: 'Living area of the unit.' },
  amenities: {
    type: { list: 'text' },
    pii: 'none',
    description: 'Amenities of the unit itself, in alphabetical order.',
  },
  is_furnished: { ...FLAG, description: 'True when the unit is rented with furniture.' },
  is_renovated: { ...FLAG, description: 'True when the unit itself has been renovated.' },
  is_affordable: { ...FLAG, description: 'True when the unit’s rent is limited by a housing programme.' },
  washer_dryer: { ...FLAG, description: 'True when the unit has a washer and a dryer of its own.' },
});

const UNIT_STATUSES = ['available', 'applied', 'leased'] as const;

export const UNIT_MARKETING = declareColumns('d', {
  unit_status: {
    ...TEXT,
    oneOf: UNIT_STATUSES,
    description:
      'State of the unit on the day: `available`, `applied` (an application is being decided) or `leased` (on the day of its lease).',
  },
  is_leased: {
    ...FLAG,
    expression: compared(column('d', 'unit_status'), '=', literal('leased')),
    description: 'True when `unit_status` is `leased`.',
  },
  date_available: { ...DAY, description: 'First day on which a new tenant can move in, as announced on the day.' },
  date_leased: { ...DAY, description: 'Day on which the unit was leased, null until then.' },
  enter_market: { ...DAY, description: 'First day of the unit’s present time on the market.' },
  exit_market: { ...DAY, description: 'Last day of the unit’s present time on the market, null until then.' },
  days_on_market: {
    type: 'count',
    unit: 'days',
    min: 0,
    pii: 'none',
    description: 'Days since `enter_market`, 0 on that day.',
  },
});

export const UNIT_RENTS = declareColumns('d', {
  rent: { ...RENT, description: 'Lowest asking rent of the unit over its lease terms.' },
  max_rent: { ...RENT, description: 'Highest asking rent of the unit over its lease terms.' },
  net_effective_rent: {
    ...RENT,
    description: 'Asking rent after concessions: `rent` − `annual_rent_reduction_value` / 12.',
  },
  rent_per_sq_ft: {
    ...RENT_PER_SQ_FT,
    expression: rounded(divided(column('d', 'rent'), column('u', 'sq_ft')), 2),
    description: 'Asking rent per square foot: `rent` / `sq_ft`.',
  },
  net_effective_rent_per_sq_ft: {
    ...RENT_PER_SQ_FT,
    expression: rounded(divided(column('d', 'net_effective_rent'), column('u', 'sq_ft')), 2),
    description: 'Net effective rent per square foot: `net_effective_rent` / `sq_ft`.',
  },
  annual_rent_reduction_value: {
    type: 'money',
    unit: 'usd_per_year',
    min: 0,
    pii: 'none',
    description: 'Value of the concessions on the unit over a twelve-month lease.',
  },
  concession_details: { ...TEXT, description: 'Concession in the words in which it is advertised.' },
});

export const LEASE_TERMS = declareColumns('d', {
  lease_terms: {
    type: { list: { struct: { months: 'count', rent: 'money' } } },
    pii: 'none',
    description: 'Lease terms on offer, shortest first: length in months and asking rent a month in US dollars.',
  },
  min_lease_term_months: {
    type: 'count',
    unit: 'months',
    min: 0,
    pii: 'none',
    description: 'Shortest lease term on offer.',
  },
  best_term_months: {
    type: 'count',
    unit: 'months',
    min: 0,
    pii: 'none',
    description: 'Lease term with the lowest rent, the shortest of several.',
  },
  deposit: { ...PRICE, description: 'Security deposit that a tenant pays.' },
  application_fee: { ...PRICE, description: 'Fee for each application.' },
  admin_fee: { ...PRICE, description: 'Fee for the administration of a new lease.' },
});

export const RENT_HISTORY = declareColumns('d', {
  last_rent_change_date: { ...DAY, description: 'Day of the last change of `rent` in the present time on the market.' },
  last_rent_change: {
    type: 'money',
    unit: 'usd_per_month',
    pii: 'none',
    description: 'By how much `rent` changed on `last_rent_change_date`, negative for a cut.',
  },
  rent_change_30d: {
    type: 'money',
    unit: 'usd_per_month',
    pii: 'none',
    description: 'By how much `rent` changed over the 30 days that end with this one, negative for a cut.',
  },
  rent_changes_30d_count: {
    type: 'count',
    unit: 'changes',
    min: 0,
    pii: 'none',
    description: 'How often `rent` changed in the 30 days that end with this one.',
  },
  price_history: {
    type: { list: { struct: { from_date: 'date', price: 'money', effective_price: 'money' } } },
    pii: 'none',
    description:
      'Asking and net effective rents of the present time on the market in US dollars a month, oldest first, each from its first day on, as known on the day of the row.',
  },
});
