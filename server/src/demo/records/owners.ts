/** Who is behind an owner, and whom to contact: table rows for `ownerships` and `contacts`. */

import { METROS } from '../parameters/market.ts';
import { managementCompany, street } from '../parameters/names.ts';
import { Random } from '../parameters/random.ts';
import { type Deed, dayText, type TableRow, updatedAfter } from './deeds.ts';
import { domainOf, identifier, jobTitle, legalForm, mailAddress, personName, phone } from './people.ts';
import type { Holder, Subject } from './subject.ts';

/** Counted when all rows are there. */
export const PORTFOLIO_SIZE = 'properties_in_portfolio';

function ownerCompany(owner: Holder): TableRow | null {
  if (owner.type === 'Individual') return null;
  const random = new Random('company', owner.name);
  return {
    id: identifier(random, 'C'),
    name: owner.name,
    type: legalForm(owner.name),
    parent_id: random.chance(0.3) ? identifier(random, 'C') : null,
    domains: random.chance(0.8) ? [domainOf(owner.name)] : [],
  };
}

export function ownershipRows(subject: Subject, deeds: readonly Deed[]): readonly TableRow[] {
  const { propertyId, stream, owner, lastDay } = subject;
  if (owner === null) return [];
  const random = new Random(stream, 'ownership');
  const [latest] = deeds;
  return [
    {
      property_id: propertyId,
      // All properties of a company are one portfolio; two people of one name are two people.
      portfolio_id:
        owner.type === 'Individual' ? identifier(random, 'P') : identifier(new Random('portfolio', owner.name), 'P'),
      owner_company: ownerCompany(owner),
      ownership_type: owner.type,
      owned_since: latest === undefined ? null : dayText(latest.day),
      update_time: updatedAfter(random, lastDay - random.between(10, 800), lastDay),
    },
  ];
}

/** @param organization null for a person who owns on its own account. */
function personOf(random: Random, name: string, organization: string | null): TableRow {
  const metro = random.pick(METROS);
  const title = jobTitle(random);
  const house = organization ?? name;
  return {
    id: identifier(new Random('person', name, house), 'H'),
    display: name,
    jobs: organization === null ? [] : [{ title, organization }],
    phones: Array.from({ length: random.between(0, 2) }, () => ({
      number: phone(random),
      type: random.pick(['mobile', 'landline', 'office']),
    })),
    emails: random.chance(0.7) ? [{ address: mailAddress(name, house) }] : [],
    addresses: random.chance(0.6)
      ? [
          {
            line1: street(random),
            city: metro.city,
            state: metro.state,
            postal_code: metro.zip3 + String(random.between(1, 60)).padStart(2, '0'),
          },
        ]
      : [],
  };
}

function companyOf(random: Random, name: string): TableRow {
  return {
    name,
    phones: random.chance(0.9) ? [phone(random)] : [],
    emails: random.chance(0.7) ? [`office@${domainOf(name)}`] : [],
  };
}

/** The owner, or someone from the company; for most companies also whoever manages the property. */
export function contactRows(subject: Subject): readonly TableRow[] {
  const { propertyId, stream, owner, lastDay } = subject;
  if (owner === null) return [];
  const random = new Random(stream, 'contacts');
  const isPerson = owner.type === 'Individual';
  const row = (number: number, rest: TableRow): TableRow => ({
    property_id: propertyId,
    contact_id: `K-${propertyId}-${number}`,
    ...rest,
    update_time: updatedAfter(random, lastDay - random.between(10, 800), lastDay),
  });
  const name = isPerson ? owner.name : personName(random);
  const principal = row(1, {
    contact_type: 'Principal',
    is_signatory: random.chance(0.6),
    persons: [personOf(random, name, isPerson ? null : owner.name)],
    company: isPerson ? null : companyOf(random, owner.name),
  });
  if (isPerson || random.chance(0.3)) return [principal];
  const manager = managementCompany(random);
  return [
    principal,
    row(2, {
      contact_type: 'Property manager',
      is_signatory: false,
      persons: [personOf(random, personName(random), manager)],
      company: companyOf(random, manager),
    }),
  ];
}
