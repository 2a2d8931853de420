/** A row's cells to every address they may mean. Repairs what lists do to columns: shifted, swapped, all in one. */

import { isStateCode } from '../../core/input/states.ts';
import { mayEndTown, readCity } from '../city.ts';
import { stateOfZip } from '../states.ts';
import { opensAside } from '../units.ts';
import { Words } from '../words.ts';
import { type LineReading, readLine } from './line.ts';
import { numberInFront, repairNumbers } from './number-repair.ts';
import { type Place, readState, readZip, takePlaceTail } from './place.ts';
import { type CellPlace, LONGEST_CELL, readPlaceCells, settlePlace } from './place-cells.ts';
import { Remembered } from './remembered.ts';
import { roadAt } from './street-run.ts';
import { words as splitWords } from './text.ts';
import { opensAddress } from './unit.ts';

/** The cells of a row in address mode, unchanged; an absent one is empty. */
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
/** Towns repeat within a file, and reading one takes a fifth of a row's time. */
const MOST_PLACES = 20_000;

/** Reads rows, and remembers the places that they repeat. What it reads depends on the row alone, so one may read all files. */
export class RowReader {
  readonly #places = new Remembered<CellPlace>(MOST_PLACES, LONGEST_CELL);

  /** Every address that a row may mean, the likeliest first. None: no house number with a street is in it. */
  read(cells: AddressRow): AddressReading[] {
    const row = withoutRepeats(cells);
    const readings = readCells(row.address, this.#placeOf(row));
    if (readings.length > 0) return readings;
    for (const moved of movedCells(row)) {
      const others = /\d/.test(moved.address) ? readCells(moved.address, this.#placeOf(moved)) : [];
      if (others.length > 0) return others;
    }
    return [];
  }

  #placeOf({ city, state, zip }: AddressRow): CellPlace {
    return this.#places.get(`${city}\t${state}\t${zip}`, () => readPlaceCells(city, state, zip));
  }
}

/** The row with its street from the city's cell, alone there or because all cells stand one column to the right, or one to the left. */
function movedCells({ address, city, state, zip }: AddressRow): readonly AddressRow[] {
  const isTown = readState(state) === '' && readZip(state) === '';
  return [
    isTown ? { address: city, city: state, state: zip, zip: '' } : { address: city, city: '', state, zip },
    { address: zip, city: address, state: city, zip: state },
  ];
}

/** If one column has whole addresses, it is named for the place too. Such a cell says nothing of its own. */
function withoutRepeats(row: AddressRow): AddressRow {
  const { address, city, state, zip } = row;
  const own = (cell: string) => (cell === address ? '' : cell);
  return { address, city: own(city), state: own(state), zip: own(zip) };
}

function readCells(cell: string, place: CellPlace): AddressReading[] {
  const address = cell.slice(0, LONGEST_CELL);
  const whole = new Words(repairNumbers(splitWords(address)));
  const trusting = place.city === '' && place.state === '' && place.zip === '';
  const mayBeCut = address.trim().length >= NARROWEST_COLUMN;
  const tail = takePlaceTail(whole, trusting, place.zip);
  const cells = settlePlace(place, tail);
  const end = beforeCity(tail.start, cells.city);
  const line = whole.until(end);
  const closed = cells.city !== '' || (tail.state === '' && tail.zip === '');
  const zip = cells.zip || tail.zip;
  const state = cells.state || tail.state || (stateOfZip(zip) ?? '');
  const readings = readLine(line, closed, state);
  const isRoad = readings.length === 0 && roadAt(line, state) !== undefined;
  const turned = readings.length === 0 && !isRoad ? numberInFront(line) : undefined;
  const found = turned === undefined ? readings : readLine(turned, true, state);
  // Spelled out: a spread of the reading took a third of the time of a whole row.
  return found.map((reading) => {
    return {
      number: reading.number,
      street: reading.street,
      streetWords: reading.streetWords,
      tail: reading.tail,
      unit: reading.unit,
      rest: reading.rest,
      mayBeCut,
      city: cells.city || readCity(lastSegment(reading.rest)),
      state,
      zip,
    };
  });
}

/** The town may be in the line as well as in its own cell. */
function beforeCity(end: Words, city: string): Words {
  if (city === '' || !mayEndTown(end.peek(-1), city)) return end;
  const length = city.split(' ').length;
  for (const size of [length, length + 1]) {
    const start = end.back(size);
    if (readCity(end.before(size)) !== city) continue;
    if (start.peek(-1) === ',') return start.back(1);
    if (start.index >= 3) return start;
  }
  return end;
}

/** A box, or a second street: what stands there is not a town. */
const NO_TOWN_WORD = /^(?:BOX|POB|&|@|BETWEEN|CORNER)$/;

/** The words after the last comma: a town after units and remarks. */
function lastSegment(rest: readonly string[]): readonly string[] {
  const { end } = new Words(rest);
  let start = end;
  while (!start.isFirst && start.peek(-1) !== ',') start = start.back(1);
  const segment = start.until(end).rest;
  if (segment.some((word) => opensAside(word) || NO_TOWN_WORD.test(word)) || opensAddress(start.until(end))) return [];
  return segment.filter((word) => !isStateCode(word) || rest.length === 1);
}
