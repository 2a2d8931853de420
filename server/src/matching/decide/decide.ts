/** From what the index holds at an address to one verdict. */

import type { MissReason } from '../../core/file-job-spec.ts';
import type { IndexRow, MatchClass } from '../index/entries.ts';
import { knownStreetKey, placeKey } from '../index/keys.ts';
import { streetLine } from '../read/street.ts';
import { compactName } from '../street-names.ts';
import { type Comparison, compareAddress, type KnownPlaces } from './compare.ts';
import { confidenceOf, MISSING_CONFIDENCE, UNRECOGNIZED_CONFIDENCE } from './confidence.ts';
import { CLASSES_TO_TELL, type PreparedQuery, type QueryReading, roadKeys, type WidenedQuery } from './prepare.ts';
import type { Verdict } from './verdict.ts';

/** A comparison at or below this is the address as typed, give or take a missing word: the first round decides. */
const FIRST_ROUND_COST = 6;
const MOST_CANDIDATES = 10;
const NOTHING_KNOWN: ReadonlySet<bigint> = new Set();

/**
 * Decides after the first round, or says with undefined that the second is needed. `rows` are the index rows under any of the
 * query's keys, in any order; the same one may occur twice.
 */
export function decideFirst(query: PreparedQuery, rows: readonly IndexRow[]): Verdict | undefined {
  if (query.readings.length === 0) return miss('Unrecognized address');
  const compared = compareAll(query.readings, rows, NOTHING_KNOWN);
  const plain = compared.filter(({ corrected, cost }) => !corrected && cost <= FIRST_ROUND_COST);
  // Whether a road of unknown class is this one depends on what else is known there.
  return plain.length === 0 || plain.every(({ open }) => open) ? undefined : verdictOf(plain);
}

/** Decides after both rounds: `rows` are what either of them found, `known` those of the `known` keys that exist. */
export function decideSecond(query: WidenedQuery, rows: readonly IndexRow[], known: ReadonlySet<bigint>): Verdict {
  const compared = compareAll(query.readings, rows, known);
  const asTyped = query.readings.some((reading) => reading.penalty === 0 && isKnownStreet(reading, known));
  const allowed = asTyped ? compared.filter(({ corrected }) => !corrected) : compared;
  return allowed.length === 0 ? miss('MISSING') : verdictOf(allowed);
}

/** A street of this name exists there: it was meant as typed. */
function isKnownStreet({ name, address: { zip, city } }: QueryReading, known: ReadonlySet<bigint>): boolean {
  if (zip !== '') return known.has(knownStreetKey(name, zip));
  return city !== '' && known.has(knownStreetKey(name, city));
}

function compareAll(
  readings: readonly QueryReading[],
  rows: readonly IndexRow[],
  known: ReadonlySet<bigint>,
): Comparison[] {
  const places: KnownPlaces = {
    isTown: (city, state) => known.has(placeKey(city, state)),
    hasOtherRoad: (name, suffix, place) =>
      CLASSES_TO_TELL.some(
        (other) => other !== suffix && roadKeys(other, compactName(name), place).some((key) => known.has(key)),
      ),
  };
  const compared: Comparison[] = [];
  for (const reading of readings) {
    for (const row of rows) {
      const comparison = compareAddress(reading, row, places);
      if (comparison !== undefined) compared.push(comparison);
    }
  }
  return compared;
}

function verdictOf(compared: readonly Comparison[]): Verdict {
  const cost = Math.min(...compared.map((comparison) => comparison.cost));
  const nearest = compared.filter((comparison) => comparison.cost === cost);
  const unitRank = Math.min(...nearest.map((comparison) => comparison.unitRank));
  const atUnit = nearest.filter((comparison) => comparison.unitRank === unitRank);
  const commercial = distinct(atUnit.filter(({ row }) => row.matchClass === 'commercial'));
  const [best] = commercial;
  if (best === undefined) return residential(atUnit, cost);
  const status = commercial.length === 1 && !best.weak ? 'OK' : 'PARTIAL';
  return {
    status,
    reason: null,
    propertyId: best.row.propertyId,
    confidence: confidenceOf(best, commercial.length),
    codes: best.codes,
    matchedAddress: addressLine(best.row),
    candidates: commercial.slice(0, MOST_CANDIDATES).map(({ row }) => ({ propertyId: row.propertyId, cost })),
  };
}

/** One comparison a property, in the order of the property ids: the same answer whatever order the index answered in. */
function distinct(compared: readonly Comparison[]): Comparison[] {
  const byProperty = new Map<number, Comparison>();
  for (const comparison of compared) {
    const other = byProperty.get(comparison.row.propertyId);
    if (other === undefined || rank(comparison) < rank(other)) byProperty.set(comparison.row.propertyId, comparison);
  }
  return [...byProperty.values()].sort((left, right) => left.row.propertyId - right.row.propertyId);
}

/** Of two ways in which a property matched, the one with fewer codes; the rest is order by text, so that it is always the same. */
function rank({ weak, codes, row }: Comparison): string {
  return `${weak ? 1 : 0}|${String(codes.length).padStart(2, '0')}|${codes.join()}|${addressLine(row)}`;
}

const REASONS: Readonly<Record<Exclude<MatchClass, 'commercial'>, MissReason>> = {
  sfr: 'SFR',
  condo: 'Condo Property (SFR)',
};

/** Only residences are there. A single family house outranks a condominium, so that the reason is always the same. */
function residential(atUnit: readonly Comparison[], cost: number): Verdict {
  const matchClass = atUnit.some(({ row }) => row.matchClass === 'sfr') ? 'sfr' : 'condo';
  const [best] = distinct(atUnit.filter(({ row }) => row.matchClass === matchClass));
  if (best === undefined) return miss('MISSING');
  return {
    status: 'MISS',
    reason: REASONS[matchClass],
    propertyId: null,
    confidence: confidenceOf({ ...best, cost }, 1),
    codes: best.codes,
    matchedAddress: addressLine(best.row),
    candidates: [],
  };
}

function addressLine(row: IndexRow): string {
  const street = streetLine({ predir: row.predir, name: row.street, suffix: row.suffix, postdir: row.postdir });
  const unit = row.unit === '' ? '' : ` UNIT ${row.unit}`;
  return `${row.number} ${street}${unit}, ${row.city}, ${row.state} ${row.zip}`.trim();
}

function miss(reason: 'MISSING' | 'Unrecognized address'): Verdict {
  const confidence = reason === 'MISSING' ? MISSING_CONFIDENCE : UNRECOGNIZED_CONFIDENCE;
  return { status: 'MISS', reason, propertyId: null, confidence, codes: [], matchedAddress: null, candidates: [] };
}
