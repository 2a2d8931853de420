/** A row's cells to every address they may mean. Repairs what lists do to columns: shifted, swapped, all in one. */
import { readCity } from './city.ts';
import { type LineReading, readLine } from './line.ts';
import { numberInFront, repairNumbers } from './number-repair.ts';
import { type Place, readState, readZip, takePlaceTail } from './place.ts';
import { isStateCode, stateOfZip } from './states.ts';
import { words as splitWords } from './text.ts';

/** The cells of a row in address mode, as they came; an absent one is empty. */
export interface AddressRow {
  readonly address: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
}

/** An address as one reading of a row has it. */
export interface AddressReading extends LineReading, Place {
  /** True for a line as long as the narrow columns that cut lines off. */
  readonly mayBeCut: boolean;
}

/** The narrowest column that programs cut addresses to, in letters. */
const NARROWEST_COLUMN = 20;
/** Longer cells are no addresses, and reading them would cost time for nothing. */
const LONGEST_CELL = 400;

/** Every address that a row may mean, the likeliest first. None: no house number with a street is in it. */
export function readRow(row: AddressRow): AddressReading[] {
  const cells = straighten(row);
  const readings = readCells(cells.address, cells);
  if (readings.length > 0) return readings;
  // Columns shifted by one: the street is in the city's cell.
  if (!/\d/.test(row.city)) return [];
  return readCells(row.city, { ...cells, city: '' });
}

interface Cells extends Place {
  readonly address: string;
}

/** Reads the place's cells, also when state and ZIP code changed places or one cell holds both. */
function straighten(row: AddressRow): Cells {
  let zip = readZip(row.zip);
  let state = readState(row.state);
  if (zip === '' && state === '') {
    zip = readZip(row.state);
    state = readState(row.zip);
  }
  if (state === '' || zip === '') {
    const both = takePlaceTail(['', '', ',', ...splitWords(`${row.state} ${row.zip}`)], true);
    if (state === '') state = both.state;
    if (zip === '') zip = both.zip;
  }
  const city = readCityCell(row.city);
  return {
    address: row.address.slice(0, LONGEST_CELL),
    city: city.city,
    state: state || city.state,
    zip: zip || city.zip,
  };
}

/** A city's cell may hold state and ZIP code too. */
function readCityCell(cell: string): Place {
  const cellWords = splitWords(cell.slice(0, LONGEST_CELL));
  const { limit, state, zip } = takePlaceTail(['', '', ...cellWords], false);
  return { city: readCity(cellWords.slice(0, Math.max(limit - 2, 0))), state, zip };
}

function readCells(address: string, cells: Cells): AddressReading[] {
  const all = repairNumbers(splitWords(address));
  if (all.length < 2) return [];
  const trusting = cells.city === '' && cells.state === '' && cells.zip === '';
  const mayBeCut = address.trim().length >= NARROWEST_COLUMN;
  const tail = takePlaceTail(all, trusting, cells.zip);
  const limit = dropCity(all, tail.limit, cells.city);
  const closed = limit < tail.limit || cells.city !== '' || (tail.state === '' && tail.zip === '');
  const readings = readLine(all, { limit, closed });
  const turned = readings.length === 0 ? numberInFront(all, limit) : undefined;
  const found = turned === undefined ? readings : readLine(turned, { limit: turned.length, closed: true });
  return found.map((reading) => {
    const zip = cells.zip || tail.zip;
    return {
      ...reading,
      mayBeCut,
      city: cells.city || readCity(lastSegment(reading.rest)),
      state: cells.state || tail.state || (stateOfZip(zip) ?? ''),
      zip,
    };
  });
}

/** The town may stand in the line as well as in its own cell. */
function dropCity(all: readonly string[], limit: number, city: string): number {
  if (city === '') return limit;
  const length = city.split(' ').length;
  for (const size of [length, length + 1]) {
    const start = limit - size;
    if (start < 2 || readCity(all.slice(start, limit)) !== city) continue;
    const comma = all[start - 1] === ',';
    if (comma || start >= 3) return comma ? start - 1 : start;
  }
  return limit;
}

/** The words behind the last comma: a town behind units and remarks. */
function lastSegment(rest: readonly string[]): readonly string[] {
  let end = rest.length;
  while (end > 0 && rest[end - 1] === ',') end--;
  const comma = rest.slice(0, end).lastIndexOf(',');
  return rest.slice(comma + 1, end).filter((word) => !isStateCode(word) || rest.length === 1);
}
