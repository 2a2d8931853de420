/** Invented names of nobody real; web addresses end in `.example`, which is reserved for that. */
import type { Random } from './random.ts';

const BEGINNINGS = [
  'Ambry',
  'Brindle',
  'Calder',
  'Dunmar',
  'Elver',
  'Fenwick',
  'Gossa',
  'Harrow',
  'Isling',
  'Juniper',
  'Kestrel',
  'Larkin',
  'Marl',
  'Nettle',
  'Osier',
  'Pellar',
  'Quill',
  'Rowan',
  'Sorrel',
  'Thorn',
  'Umber',
  'Vesper',
  'Wren',
  'Yarrow',
];
const ENDINGS = ['beck', 'combe', 'dale', 'fold', 'garth', 'holt', 'mere', 'rise', 'stead', 'thwaite', 'vale', 'wick'];
const KINDS = ['Apartments', 'Commons', 'Court', 'Flats', 'Gardens', 'Lofts', 'Park', 'Place', 'Terrace', 'Yards'];
/** Names like real ones: with accents, commas, quotes and apostrophes. The first two are in every data set. */
const AWKWARD_NAMES = [
  'Résidence Évêque-Saint-Noël',
  'The "Old Foundry" Lofts, Phase II',
  'Señora Peñaloza’s Court',
  "O'Harrowgate, North & South",
  'Žižkahof Flats',
];
const STREET_KINDS = ['Ave', 'Blvd', 'Dr', 'Ln', 'Pkwy', 'Rd', 'St', 'Way'];
const DIRECTIONS = ['', '', '', 'N ', 'S ', 'E ', 'W '];
const FIRST_NAMES = ['Odalys', 'Tiberio', 'Maelle', 'Corwin', 'Ysolde', 'Anselm'];
const SUBMARKETS = ['Downtown', 'Midtown', 'North', 'South', 'East', 'West', 'Riverside', 'University', 'Airport'];

export function placeName(random: Random): string {
  return random.pick(BEGINNINGS) + random.pick(ENDINGS);
}

export function propertyName(random: Random): string {
  return `${random.chance(0.2) ? 'The ' : ''}${placeName(random)} ${random.pick(KINDS)}`;
}

export function awkwardName(number: number): string {
  return AWKWARD_NAMES[number % AWKWARD_NAMES.length] ?? '';
}

export function street(random: Random): string {
  return `${random.between(100, 9899)} ${random.pick(DIRECTIONS)}${placeName(random)} ${random.pick(STREET_KINDS)}`;
}

export function submarket(random: Random, city: string): string {
  return `${city} – ${random.pick(SUBMARKETS)}`;
}

export function managementCompany(random: Random): string {
  return `${random.pick(BEGINNINGS)} ${random.pick(['Residential', 'Property Group', 'Living', '& Daughters'])}`;
}

export interface Owner {
  readonly name: string;
  readonly type: string;
}

export function owner(random: Random): Owner {
  const kind = random.weighted([50, 20, 20, 10]);
  if (kind === 0) return { name: `${placeName(random)} Holdings LLC`, type: 'Private company' };
  if (kind === 1) return { name: `${random.pick(BEGINNINGS)} Apartment Trust, Inc.`, type: 'REIT' };
  if (kind === 2) return { name: `${random.pick(BEGINNINGS)} Pension Fund`, type: 'Institution' };
  return { name: `${random.pick(FIRST_NAMES)} ${placeName(random)}`, type: 'Individual' };
}

export function website(name: string): string {
  const slug = name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replace(/[ -]+/g, '-');
  return `https://${slug}.example/`;
}
