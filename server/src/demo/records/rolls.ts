/** What assessors and registers say: table rows for `taxes`, `tenants` and `reported_owners`. */

import { toDayNumber } from '../../core/dates.ts';
import { METROS } from '../parameters/market.ts';
import { street } from '../parameters/names.ts';
import { Random } from '../parameters/random.ts';
import { cents, dayText, partyKind, type TableRow, updatedAfter, yearOf } from './deeds.ts';
import { companyName, domainOf, jobTitle, mailAddress, personName, phone } from './people.ts';
import { addressText, type Subject } from './subject.ts';

const TAX_YEARS = 5;
const YEARLY_GROWTH = 1.035;

/** Assessed and taxed alike within a metro. */
function taxRules({ metro }: Subject): { readonly assessedShare: number; readonly rate: number } {
  const random = new Random('tax-rules', metro.cbsa);
  return { assessedShare: random.pick([0.1, 0.33, 0.4, 0.7, 1]), rate: random.between(65, 240) / 10_000 };
}

export function taxRows(subject: Subject): readonly TableRow[] {
  const { propertyId, stream, marketValue, lastDay, category, isOwnerOccupied } = subject;
  const random = new Random(stream, 'taxes');
  const { assessedShare, rate } = taxRules(subject);
  const landShare = random.between(15, 55) / 100;
  const lastYear = yearOf(lastDay) - 1;
  const isHome = category === 'sfr' || category === 'condo';
  const exemptions = isHome && isOwnerOccupied ? ['Homeowner', ...(random.chance(0.2) ? ['Senior'] : [])] : [];
  return Array.from({ length: TAX_YEARS }, (_, index) => {
    const year = lastYear - TAX_YEARS + 1 + index;
    const market = Math.round((marketValue * 0.92) / YEARLY_GROWTH ** (lastYear - year));
    const land = Math.round(market * landShare);
    const billed = toDayNumber(`${year}-10-01`);
    return {
      property_id: propertyId,
      tax_year: year,
      tax_amount: cents(market * rate),
      assessed_land_value: Math.round(land * assessedShare),
      assessed_improvement_value: Math.round((market - land) * assessedShare),
      total_assessed_value: Math.round(land * assessedShare) + Math.round((market - land) * assessedShare),
      market_land_value: land,
      market_improvement_value: market - land,
      total_market_value: market,
      exemptions,
      update_time: updatedAfter(random, billed, lastDay),
    };
  });
}

const INDUSTRIES = [
  ['541110', 'Offices of lawyers'],
  ['621210', 'Offices of dentists'],
  ['722511', 'Full-service restaurants'],
  ['445110', 'Supermarkets and other grocery retailers'],
  ['523940', 'Portfolio management and investment advice'],
  ['541512', 'Computer systems design services'],
  ['812112', 'Beauty salons'],
  ['493110', 'General warehousing and storage'],
] as const;
const BUSINESS_FORMS = ['Partners', 'Dental', 'Kitchen', 'Grocers', 'Advisers', 'Systems', 'Salon', 'Storage'];

function tenantRow(subject: Subject, random: Random, number: number): TableRow {
  const { propertyId, lastDay } = subject;
  const index = random.between(0, INDUSTRIES.length - 1);
  const [naics, description] = INDUSTRIES[index] ?? INDUSTRIES[0];
  const name = companyName(random).replace(/ .*/, ` ${BUSINESS_FORMS[index] ?? 'Company'}`);
  const firstSeen = lastDay - random.between(60, 5000);
  const lastSeen = Math.min(lastDay, firstSeen + random.between(50, 6000));
  return {
    property_id: propertyId,
    tenant_id: `T-${propertyId}-${String(number).padStart(3, '0')}`,
    name,
    suite: random.chance(0.8) ? String(random.between(1, 9) * 100 + random.between(0, 40)) : null,
    floor: random.chance(0.7) ? random.between(1, 9) : null,
    industry_naics: naics,
    industry_description: description,
    employee_count: random.chance(0.85) ? random.between(1, 180) : null,
    year_established: yearOf(firstSeen) - random.between(0, 30),
    first_seen: dayText(firstSeen),
    last_seen: dayText(lastSeen),
    website: random.chance(0.8) ? `https://${domainOf(name)}/` : null,
    phone: phone(random),
    contacts: Array.from({ length: random.between(0, 2) }, () => {
      const person = personName(random);
      return { name: person, title: jobTitle(random), phone: phone(random), email: mailAddress(person, name) };
    }),
    update_time: updatedAfter(random, lastSeen, lastDay),
  };
}

/** Shops on the ground floor of apartment houses too. */
export function tenantRows(subject: Subject): readonly TableRow[] {
  const random = new Random(subject.stream, 'tenants');
  return Array.from({ length: subject.commercialUnits }, (_, index) => index + 1)
    .filter(() => random.chance(0.8))
    .map((number) => tenantRow(subject, random, number));
}

/** Where tax bills go: home, to another address in the state, or out of it. */
function mailingAddress(subject: Subject, random: Random) {
  const { metro, address, zip5, isOwnerOccupied } = subject;
  if (isOwnerOccupied) return { line: addressText(address), city: metro.city, state: metro.state, zip: zip5 };
  const other = random.chance(0.6) ? metro : random.pick(METROS);
  const line = random.chance(0.15) ? `PO Box ${random.between(10, 9900)}` : street(random);
  const zip = other.zip3 + String(random.between(1, 60)).padStart(2, '0');
  return { line, city: other.city, state: other.state, zip };
}

export function reportedOwnerRows(subject: Subject): readonly TableRow[] {
  const { propertyId, stream, owner, metro, lastDay } = subject;
  if (owner === null) return [];
  const random = new Random(stream, 'reported owner');
  const { line, city, state, zip } = mailingAddress(subject, random);
  const first = { name: owner.name.toUpperCase(), entity_type: partyKind(owner) };
  const isShared = first.entity_type === 'individual' && random.chance(0.35);
  const second = { name: personName(random).toUpperCase(), entity_type: 'individual' };
  return [
    {
      property_id: propertyId,
      reported_owner_id: `R-${propertyId}-1`,
      reported_owners: isShared ? [first, second] : [first],
      address_line1: line,
      city,
      state,
      zip_code: zip,
      owner_instate: state === metro.state,
      update_time: updatedAfter(random, lastDay - random.between(30, 900), lastDay),
    },
  ];
}
