/** What providers call what is seen day by day. */

export const DAY_PHRASES: Readonly<Record<string, string>> = {
  date: 'as of date, day, report date, snapshot date, as of, business date, week ending, date of report, on, effective date, timestamp, feed timestamp, extract date, data date, month, valuation date, report day, observation date, period end, period ending, reporting date, survey date, file date, run date, update date, price date',
  avg_rent:
    'average asking rent, average market rent, average rent per unit, market rent average, average asking per unit, rent average, asking rent, average asking, asking rent per unit, average market rent per unit, average asking rent month, mean asking rent, in place rent average',
  min_rent: 'minimum asking rent, lowest rent, rent low, rent from, rent minimum, asking rent minimum',
  max_rent: 'maximum asking rent, highest rent, rent high, rent to, rent maximum, asking rent maximum',
  avg_ner:
    'average net effective rent, average effective rent, net effective rent, average effective per unit, effective rent, effective rent per unit, average net rent, ner',
  avg_rent_psf:
    'average asking per square foot, average rent per square foot, asking rent per square foot, rent per square foot, market rent per square foot, average asking rent per square foot, asking psf, asking rent psf, average asking psf, rent psf, average rent psf, market rent psf, asking sqft',
  avg_ner_psf:
    'average effective per square foot, effective rent per square foot, net effective rent per square foot, average effective rent per square foot, effective psf, effective rent psf, ner psf, average effective psf, net effective rent psf',
  rent_growth_rate_yoy:
    'rent change yoy, yoy rent change, annual rent change, rent growth, rent change 12 month, asking rent change yoy',
  ner_growth_rate_yoy:
    'effective rent change yoy, yoy effective rent change, annual effective rent change, net effective rent change yoy',
  rent_trend_7d_pct: 'rent change 7 day, rent trend 7 day, weekly rent change, rent change week',
  rent_trend_30d_pct: 'rent change 30 day, monthly rent change',
  rent_trend_365d_pct: 'rent change 365 day',
  occupancy_pct:
    'occupancy, occupancy percent, physical occupancy, percent occupancy, occupancy rate, full, physical occupancy percent, unit occupancy, economic unit occupancy',
  leased_pct: 'percent leased, leased percent, leased, preleased percent, leased rate, percent preleased',
  exposure_pct: 'exposure, percent exposure, exposure percent, available percent, total exposure',
  exposure_30d_pct: 'exposure 30 day',
  exposure_60d_pct: 'exposure 60 day',
  exposure_90d_pct: 'exposure 90 day',
  available_units:
    'available unit, unit available, vacant unit, number available, available, vacant available, vacant, unit vacant, number vacant unit, available inventory',
  concession_details:
    'concession, concession description, concession text, current concession, promotion, concession offered, special offer, move in special, current special',
  concession_percent: 'concession percent, percent concession, average concession percent',
  concession_value: 'concession amount, concession value, concession dollar',
  concession_expires_on: 'concession expiration, concession end date, special end, concession expires',
  applications_last_7d: 'application 7 day, application week, new application week',
  cancelled_applications_30d_pct: 'cancelled application, cancellation rate',
  leases_last_30d: 'lease last 30 day, new lease 30 day, lease signed 30 day, lease month',
  leases_last_7d:
    'lease last 7 day, new lease week, lease signed week, lease this week, net lease week, lease signed 7 day',
  review_average_rating: 'average rating, rating, review score, google rating, online rating, reputation score',
  review_count: 'number review, review, review number',
  rent: 'asking rent, market rent, monthly rent, list rent, current rent, advertised rent, best rent, rent amount, list price, best price, asking price, rent price, base rent, market rent month',
  net_effective_rent: 'effective rent, net effective, net rent, net effective rent, ner',
  annual_rent_reduction_value: 'annual concession, concession value year',
  deposit: 'security deposit, deposit amount, required deposit, unit deposit, security deposit held',
  unit_status: 'status, unit status, lease status, occupancy status, available status, unit lease status',
  date_available:
    'available date, available from, ready date, available on, date ready, make ready date, date available, available, move in date, date vacant available, vacant from',
  date_leased: 'lease date, lease signed date, leased on, date signed, signed date',
  enter_market: 'on market date, list date, listed on, date list, first list',
  exit_market: 'off market date, delisted, date off market',
  days_on_market: 'day on market, day vacant, vacant day, day list, day listed',
  application_fee: 'app fee, application fee',
  admin_fee: 'administration fee, administrative fee, admin fee',
  min_lease_term_months: 'minimum lease term, minimum term, shortest lease, minimum lease term month',
  best_term_months: 'best term, best lease term, optimal lease term',
  last_rent_change_date: 'last rent change date, last price change date, rent change date',
  last_rent_change: 'last rent change, last price change',
  rent_change_30d: 'rent change 30 day',
  rent_changes_30d_count: 'number rent change 30 day',
};
