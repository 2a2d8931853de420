/** Who bought from whom, and what was lent for it: table rows for `sales` and `mortgages`. */

import type { Value } from '../../core/rows.ts';
import { MS_PER_DAY } from '../../core/time.ts';
import { Random } from '../parameters/random.ts';
import { companyName, lender, personName } from './people.ts';
import type { Holder, Subject } from './subject.ts';

/** A row by the names of its table’s columns. */
export type TableRow = Readonly<Record<string, Value>>;

const DAYS_PER_MONTH = 30.4375;

/** A million days are formatted but only some ten thousand are different: formatting each again was a quarter of the time. */
const DAY_TEXTS = new Map<number, string>();

export function dayText(day: number): string {
  const known = DAY_TEXTS.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
  DAY_TEXTS.set(day, text);
  return text;
}

export function yearOf(day: number): number {
  return new Date(day * MS_PER_DAY).getUTCFullYear();
}

/** A record enters the data some weeks after its day. */
export function updatedAfter(random: Random, day: number, lastDay: number): string {
  return dayText(Math.min(lastDay, day + random.between(3, 45)));
}

/** Money is stored rounded to cents. */
export function cents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}

export interface Deed {
  readonly day: number;
  readonly recordedDay: number;
  readonly price: number | null;
  readonly buyer: Holder | null;
  readonly seller: Holder | null;
}

/** Prices of older sales, a year back. */
const YEARLY_DISCOUNT = 0.96;
/** The first day of 1971: a load takes the first day of 1970 for a placeholder. */
const OLDEST_DAY = 365;

function formerHolder(random: Random): Holder {
  return random.chance(0.5)
    ? { name: personName(random), type: 'Individual' }
    : { name: companyName(random), type: 'Private company' };
}

/** Newest first. Each seller is the buyer of the earlier deed. */
export function makeDeeds(subject: Subject): readonly Deed[] {
  const { lastSale, stream, marketValue, lastDay } = subject;
  if (lastSale === null) return [];
  const random = new Random(stream, 'deeds');
  const deeds: Deed[] = [];
  let { day, price } = lastSale;
  let buyer = subject.owner;
  for (let rest = random.between(1, 4); rest > 0 && day > OLDEST_DAY; rest--) {
    const seller: Holder = formerHolder(random);
    deeds.push({ day, recordedDay: Math.min(lastDay, day + random.between(1, 30)), price, buyer, seller });
    day -= random.between(700, 5500);
    const discount = YEARLY_DISCOUNT ** ((lastDay - day) / 365);
    price = random.chance(0.8) ? Math.round((marketValue * discount) / 500) * 500 : null;
    buyer = seller;
  }
  return deeds;
}

/** In the words of the parties’ kinds. */
export function partyKind({ name, type }: Holder): string {
  if (type === 'Individual') return 'individual';
  return name.includes('Trust') ? 'trust' : 'company';
}

/** Couples buy together: the second person has another name. */
function parties(random: Random, holder: Holder | null): Value {
  if (holder === null) return null;
  const first = { name: holder.name, type: partyKind(holder) };
  if (first.type !== 'individual' || random.chance(0.6)) return [first];
  return [first, { name: personName(random), type: 'individual' }];
}

const DEED_TYPES = ['Grant deed', 'Warranty deed', 'Special warranty deed', 'Bargain and sale deed'];

export function saleRows(subject: Subject, deeds: readonly Deed[]): readonly TableRow[] {
  const { propertyId, stream, buildingArea, residentialUnits, commercialUnits, lastDay } = subject;
  const random = new Random(stream, 'sales');
  return deeds.map(({ day, recordedDay, price, buyer, seller }, index) => ({
    property_id: propertyId,
    sale_id: `S-${propertyId}-${deeds.length - index}`,
    sale_date: dayText(day),
    recording_date: dayText(recordedDay),
    sale_amount: price,
    price_per_sqft: price === null ? null : cents(price / buildingArea),
    price_per_unit: price === null ? null : cents(price / Math.max(1, residentialUnits + commercialUnits)),
    document_type: random.pick(DEED_TYPES),
    document_number: `${yearOf(recordedDay)}-${random.between(100_000, 999_999)}`,
    multi_parcel: random.chance(0.06),
    buyers: parties(random, buyer),
    sellers: parties(random, seller),
    update_time: updatedAfter(random, recordedDay, lastDay),
  }));
}

interface Terms {
  readonly months: number;
  readonly rateType: 'fixed' | 'variable';
  readonly loanType: string;
}

function termsOf(random: Random, { category }: Subject): Terms {
  const isHome = category === 'sfr' || category === 'condo';
  return {
    months: random.pick(isHome ? [180, 360, 360, 360] : [60, 84, 120, 120, 300]),
    rateType: random.chance(isHome ? 0.85 : 0.6) ? 'fixed' : 'variable',
    loanType: random.pick(isHome ? ['Conventional', 'FHA', 'VA'] : ['Commercial', 'Construction', 'Bridge', 'Agency']),
  };
}

const SECOND_LIEN_RATE = 0.12;

/** Of the deeds’ buyers. A seller repays the loan. */
export function mortgageRows(subject: Subject, deeds: readonly Deed[]): readonly TableRow[] {
  const { propertyId, stream, marketValue, lastDay } = subject;
  const random = new Random(stream, 'mortgages');
  return deeds.flatMap(({ day, recordedDay, price, buyer }, index) => {
    if (random.chance(0.3)) return [];
    const liens = random.chance(SECOND_LIEN_RATE) ? [1, 2] : [1];
    return liens.map((position) => {
      const { months, rateType, loanType } = termsOf(random, subject);
      const { recorded, standardized } = lender(random);
      const share = position === 1 ? random.between(45, 80) : random.between(5, 15);
      const maturity = day + Math.round(months * DAYS_PER_MONTH);
      return {
        property_id: propertyId,
        mortgage_id: `M-${propertyId}-${deeds.length - index}-${position}`,
        position,
        amount: Math.round(((price ?? marketValue / 2) * share) / 100_000) * 1000,
        recording_date: dayText(recordedDay),
        origination_date: dayText(day),
        maturity_date: dayText(maturity),
        term_months: months,
        interest_rate: random.between(2500, 8900) / 100_000,
        interest_rate_type: rateType,
        loan_type: loanType,
        lender_recorded_name: recorded,
        lender_standardized_name: standardized,
        borrower_name: buyer?.name ?? null,
        is_satisfied: index > 0 || maturity < lastDay,
        update_time: updatedAfter(random, recordedDay, lastDay),
      };
    });
  });
}
