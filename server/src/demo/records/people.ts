/** Invented people and companies. Telephone numbers are from the block reserved for fiction; mail goes to `.example`, which is reserved too. */
import { placeName, website } from '../parameters/names.ts';
import type { Random } from '../parameters/random.ts';

/** Accents, apostrophes and a hyphen among them, as in real lists. */
const FIRST_NAMES = [
  'Aldwin',
  'Brisa',
  'Caspian',
  'Délphine',
  'Eamon',
  'Fiorella',
  'Gethin',
  'Hedvig',
  'Ignace',
  'Jorunn',
  'Kestutis',
  'Liesl-Ann',
  'Melisande',
  'Núria',
  'Osric',
  "D'Anselm",
  'Perpetua',
  'Quillon',
  'Rosalba',
  'Søren',
  'Thessaly',
  'Ulrike',
  'Vesna',
  'Žofia',
];
const LEGAL_FORMS = ['LLC', 'LP', 'Inc.', 'Holdings LLC', '& Sons, Inc.'];
const LENDER_FORMS = ['Savings Bank', 'Mutual Bank', 'Bank, N.A.', 'Credit Union', 'Mortgage Trust'];
const TITLES = ['Managing member', 'President', 'Asset manager', 'General partner', 'Trustee'];
const HEX_DIGITS = 8;

export function personName(random: Random): string {
  return `${random.pick(FIRST_NAMES)} ${placeName(random)}`;
}

export function jobTitle(random: Random): string {
  return random.pick(TITLES);
}

export function phone(random: Random): string {
  return `+1 ${random.between(201, 989)}-555-01${String(random.between(0, 99)).padStart(2, '0')}`;
}

/** The name in `https://name.example/`. */
export function domainOf(company: string): string {
  return website(company).slice('https://'.length, -1);
}

export function mailAddress(person: string, company: string): string {
  const [host = ''] = domainOf(person.replaceAll(' ', '-')).split('.example');
  return `${host.replaceAll('-', '.')}@${domainOf(company)}`;
}

export function companyName(random: Random): string {
  return `${placeName(random)} ${random.pick(LEGAL_FORMS)}`;
}

export function legalForm(company: string): string {
  return LEGAL_FORMS.find((form) => company.endsWith(form)) ?? 'Corporation';
}

/** As a clerk typed it, and as it is usually spelt. */
export function lender(random: Random): { readonly recorded: string; readonly standardized: string } {
  const standardized = `${placeName(random)} ${random.pick(LENDER_FORMS)}`;
  return { recorded: random.chance(0.6) ? standardized.toUpperCase() : `${standardized} ISAOA`, standardized };
}

/** The same for the same stream: two properties of one owner give it the same name. */
export function identifier(random: Random, letter: string): string {
  const word = () => random.next().toString(16).padStart(HEX_DIGITS, '0');
  return `${letter}-${word()}${word()}`;
}
