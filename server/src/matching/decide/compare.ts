/**
 * How a reading of a row agrees with a row of the index: undefined if they are different addresses, else a cost in points
 * with the codes of all that differs. Costs add up, so that each is explained by its codes.
 */
import { compareCities } from '../city.ts';
import { COST, HIGHEST_COST, type MatchCode } from '../codes.ts';
import type { IndexRow } from '../index/entries.ts';
import { compareNumbers, type HouseNumber, hyphenStyle, readAnyNumber } from '../read/house-number.ts';
import type { AddressReading } from '../read/row.ts';
import type { Street } from '../read/street.ts';
import { streetForms } from '../read/street-forms.ts';
import { isRoadName } from '../roads.ts';
import { compactName } from '../street-names.ts';
import { inFull } from '../suffixes.ts';
import { compareNames, type NameAgreement } from './compare-names.ts';
import { compareRoads } from './compare-roads.ts';
import { endsInLetters } from './name-letters.ts';
import type { QueryReading } from './prepare.ts';

export interface Comparison {
  readonly row: IndexRow;
  readonly cost: number;
  readonly codes: readonly MatchCode[];
  /** 0 own unit or none asked and none there; 1 the building; 2 another unit. */
  readonly unitRank: number;
  /** True if the street was corrected: allowed only where no street of the typed name is known there. */
  readonly corrected: boolean;
  /** True if only one side tells the class of a numbered road: what is known of the place decides. */
  readonly open: boolean;
  /** True if the evidence allows no more than PARTIAL. */
  readonly weak: boolean;
}

/** What the index knows beyond the candidates. */
export interface KnownPlaces {
  /** True if the town is one of the index's own, so that another town is meant. */
  isTown(city: string, state: string): boolean;
  /** True if a road of this number and another class is known in the ZIP code or the city. */
  hasOtherRoad(name: string, suffix: string, place: AddressReading): boolean;
}

export function compareAddress(reading: QueryReading, row: IndexRow, known: KnownPlaces): Comparison | undefined {
  const filed = readAnyNumber(row.number);
  if (filed === undefined) return undefined;
  const deductions = new Deductions(reading.penalty, reading.penalty > 0);
  if (!comparePlaces(reading.address, row, known, deductions)) return undefined;
  if (!compareHouses(reading.address.number, row, filed, deductions)) return undefined;
  const letter = compareLetters(reading.address, row, filed.suffix, deductions);
  if (letter === 'no') return undefined;
  const filedStreet = { predir: row.predir, name: row.street, suffix: row.suffix, postdir: row.postdir };
  const corrected = compareStreets(reading, filedStreet, row, known, deductions);
  if (corrected === undefined || deductions.cost > HIGHEST_COST) return undefined;
  const unitRank = letter === 'moved' ? 0 : compareUnits(reading.address.unit, row.unit);
  if (unitRank > 0 && reading.address.unit !== '') deductions.add(0, 'unit_unknown');
  const weak = deductions.weak || (reading.cut && row.suffix !== '');
  // `410 16th St` in one ZIP code and `410 E 16th St` in another are two streets, where the one that was typed exists.
  const elsewhere = deductions.codes.includes('zip_wrong') && deductions.codes.includes('direction_missing');
  const isCorrected = corrected || reading.guessed || elsewhere;
  return {
    row,
    cost: deductions.cost,
    codes: deductions.codes,
    unitRank,
    corrected: isCorrected,
    open: deductions.open,
    weak,
  };
}

class Deductions {
  cost: number;
  weak = false;
  open = false;
  readonly codes: MatchCode[] = [];

  constructor(penalty: number, otherReading: boolean) {
    this.cost = penalty;
    if (otherReading) this.codes.push('other_reading');
  }

  add(cost: number, code: MatchCode): void {
    this.cost += cost;
    this.codes.push(code);
  }
}

/** True if the place agrees well enough: the ZIP code, or the town, or the state where nothing else is given. */
function comparePlaces(reading: AddressReading, row: IndexRow, known: KnownPlaces, deductions: Deductions): boolean {
  const stateWrong = reading.state !== '' && row.state !== '' && reading.state !== row.state;
  const city = reading.city === '' || row.city === '' ? 'unknown' : compareCities(reading.city, row.city, row.zip);
  if (reading.zip !== '' && reading.zip === row.zip) {
    if (city === 'no') deductions.add(0, 'city_wrong');
    if (!stateWrong) return true;
    deductions.add(COST.stateWrong, 'state_wrong');
    deductions.weak ||= city === 'no' || city === 'unknown';
    return true;
  }
  if (stateWrong) return false;
  if (reading.zip !== '' && row.zip !== '') {
    if (city !== 'same' && city !== 'spelled') return false;
    deductions.add(COST.zipWrong, 'zip_wrong');
  } else if (reading.zip === '') {
    deductions.add(COST.zipMissing, 'zip_missing');
  }
  return compareTowns(reading, city, known, deductions);
}

function compareTowns(
  reading: AddressReading,
  city: 'same' | 'spelled' | 'no' | 'unknown',
  known: KnownPlaces,
  deductions: Deductions,
): boolean {
  if (city === 'spelled') deductions.add(COST.citySpelling, 'city_spelling');
  if (city === 'unknown') {
    if (reading.state === '') return false;
    deductions.add(COST.cityMissing, 'city_missing');
  }
  if (city !== 'no') return true;
  if (reading.state === '' || known.isTown(reading.city, reading.state)) return false;
  deductions.add(COST.cityWrong, 'city_wrong');
  deductions.weak = true;
  return true;
}

function compareHouses(number: HouseNumber, row: IndexRow, filed: HouseNumber, deductions: Deductions): boolean {
  const agreement = compareNumbers(number, filed, hyphenStyle(row.zip, row.state));
  if (agreement === 'no') return false;
  if (agreement === 'within') deductions.add(COST.numberInRange, 'number_in_range');
  if (agreement === 'joined') deductions.add(COST.numberJoined, 'number_joined');
  return true;
}

const ONE_LETTER_NAME = /^[A-Z]$/;
/** A decimal that is neither a half nor a quarter is another number. */
const DECIMAL = /\/10/;

/** What stands behind the house number. A single letter may be written as a unit instead: `300B Elm St`, `300 Elm St #B`. */
function compareLetters(
  { number, unit }: AddressReading,
  row: IndexRow,
  filed: string,
  deductions: Deductions,
): 'same' | 'moved' | 'no' {
  const typed = number.suffix;
  if (typed === filed) return 'same';
  // 77W WACKER DR: the letter is the street's direction.
  if (filed === '' && typed === row.predir) return 'same';
  if ((typed !== '' && filed !== '') || DECIMAL.test(typed + filed)) return 'no';
  const [letter, other, otherSide] = typed === '' ? [filed, unit, row.unit] : [typed, row.unit, unit];
  if (ONE_LETTER_NAME.test(letter) && ONE_LETTER_NAME.test(other) && otherSide === '') {
    if (letter !== other) return 'no';
    deductions.add(COST.moved, 'letter_moved');
    return 'moved';
  }
  deductions.add(COST.numberLetter, 'number_letter');
  return 'same';
}

/** Whether the name was corrected, or undefined for another street. */
function compareStreets(
  reading: QueryReading,
  filed: Street,
  row: IndexRow,
  known: KnownPlaces,
  deductions: Deductions,
): boolean | undefined {
  const [isTypedRoad, isFiledRoad] = [isRoadName(reading.street.name), isRoadName(filed.name)];
  if (isTypedRoad && isFiledRoad) return addRoad(reading, filed, row, known, deductions);
  if (reading.raw === row.raw) return false;
  if (isTypedRoad || isFiledRoad) return undefined;
  const name = compareNames(reading.street.name, filed.name);
  if (name?.kind === 'same' && compareSlots(reading.street, filed, deductions)) return false;
  if (compareForms(reading, filed, deductions) || compareStump(reading, filed, deductions)) return false;
  if (name !== undefined && compareSlots(reading.street, filed, deductions)) return addName(name, deductions);
  return compareRaw(reading, row, deductions);
}

function addRoad(
  { street, address }: QueryReading,
  filed: Street,
  row: IndexRow,
  known: KnownPlaces,
  deductions: Deductions,
): false | undefined {
  const road = compareRoads(street, filed, row.state);
  if (road === undefined || !compareDirected(road.typed, road.filed, deductions)) return undefined;
  if (road.missing === undefined) return false;
  deductions.open = road.missing === 'class';
  deductions.weak ||= road.missing === 'variant' || known.hasOtherRoad(filed.name, road.suffix, address);
  deductions.add(COST.missing, road.missing === 'variant' ? 'road_variant' : 'suffix_missing');
  return false;
}

/** One side has a suffix that the other takes for a part of the name. */
function compareForms(reading: QueryReading, filed: Street, deductions: Deductions): boolean {
  for (const typed of reading.forms) {
    for (const other of streetForms(filed)) {
      if (typed === reading.street && other === filed) continue;
      if (compactName(typed.name) === compactName(other.name) && compareSlots(typed, other, deductions)) return true;
    }
  }
  return false;
}

/** A column too narrow cut the suffix off (`VETERANS MEMORIAL HI`), and may have left another one (`PARK` of Parkway). */
function compareStump({ street, name, address }: QueryReading, filed: Street, deductions: Deductions): boolean {
  const whole = compactName(filed.name);
  if (filed.suffix === '' || !name.startsWith(whole) || street.predir !== filed.predir || street.postdir !== '')
    return false;
  const stump = name.slice(whole.length) + (street.suffix === '' ? '' : (address.streetWords.at(-1) ?? ''));
  const isCut = stump !== '' && stump.length < inFull(filed.suffix).length && inFull(filed.suffix).startsWith(stump);
  if (!isCut || (street.suffix !== '' && !address.mayBeCut)) return false;
  deductions.add(COST.missing, 'suffix_cut');
  return true;
}

function addName(name: NameAgreement, deductions: Deductions): boolean {
  if (name.kind === 'initials') deductions.add(COST.initials, 'name_abbreviated');
  if (name.kind === 'abbreviated') deductions.add(COST.abbreviated, 'name_abbreviated');
  if (name.kind === 'cut') deductions.add(COST.cut, 'name_cut');
  if (name.kind === 'misspelt') deductions.add(COST.misspelt + (name.errors - 1) * COST.furtherError, 'name_spelling');
  return name.kind !== 'same' && name.kind !== 'initials';
}

/** Streets that were taken apart differently still are the same words, or the same words cut off. */
function compareRaw(reading: QueryReading, row: IndexRow, deductions: Deductions): boolean | undefined {
  if (endsInLetters(reading.street.name) || endsInLetters(row.street)) return undefined;
  const shortest = Math.min(reading.raw.length, row.raw.length);
  if (shortest < 6 || !(reading.raw.startsWith(row.raw) || row.raw.startsWith(reading.raw))) return undefined;
  // A letter right behind a number is the number's (`Loop 1604K`).
  if (/\d/.test(reading.raw.charAt(shortest - 1) + reading.raw.slice(shortest) + row.raw.slice(shortest)))
    return undefined;
  deductions.add(COST.cut, 'name_cut');
  return true;
}

/** False if a suffix or a direction contradicts. */
function compareSlots(typed: Street, filed: Street, deductions: Deductions): boolean {
  const suffix = compareSuffixes(typed.suffix, filed.suffix);
  const direction = compareDirections(typed, filed);
  if (suffix === 'no' || direction === 'no') return false;
  if (suffix === 'missing') deductions.codes.push('suffix_missing');
  if (direction === 'missing') deductions.codes.push('direction_missing');
  if (suffix === 'missing' || direction === 'missing') deductions.cost += COST.missing;
  // What merely lacks something ties, also with its direction on the other side.
  if (direction === 'moved') deductions.add(suffix === 'missing' ? 0 : COST.moved, 'direction_moved');
  return true;
}

function compareSuffixes(typed: string, filed: string): 'same' | 'missing' | 'no' {
  if (typed === filed) return 'same';
  return typed === '' || filed === '' ? 'missing' : 'no';
}

function compareDirected(typed: Street, filed: Street, deductions: Deductions): boolean {
  const direction = compareDirections(typed, filed);
  if (direction === 'missing') deductions.add(COST.missing, 'direction_missing');
  if (direction === 'moved') deductions.add(COST.moved, 'direction_moved');
  return direction !== 'no';
}

/** A direction may be before or after. After a number both positions mean something (100 S 200 W), so that they must agree. */
function compareDirections(typed: Street, filed: Street): 'same' | 'moved' | 'missing' | 'no' {
  if (typed.predir === filed.predir && typed.postdir === filed.postdir) return 'same';
  const left = [typed.predir, typed.postdir].filter(Boolean);
  const right = [filed.predir, filed.postdir].filter(Boolean);
  if (left.length === right.length) {
    if (left.length === 1) return left[0] === right[0] ? 'moved' : 'no';
    const swapped = left[0] === right[1] && left[1] === right[0];
    return swapped && !/^\d/.test(typed.name) ? 'moved' : 'no';
  }
  const [fewer, more] = left.length < right.length ? [left, right] : [right, left];
  return fewer.every((direction) => more.includes(direction)) ? 'missing' : 'no';
}

function compareUnits(typed: string, filed: string): number {
  if (typed === filed) return 0;
  return filed === '' || typed === '' ? 1 : 2;
}
