/** The cells of a row's place: what each says, and what they say together. */
import { stateCode } from '../../core/input/states.ts';
import { readCity } from '../city.ts';
import { standardDirection } from '../directionals.ts';
import { stateOfZip } from '../states.ts';
import { Words } from '../words.ts';
import { type Place, readState, readZip, takePlaceTail } from './place.ts';
import { words as splitWords } from './text.ts';

/** Longer cells are not addresses, and reading them would cost time for nothing. */
export const LONGEST_CELL = 400;
/** Stands for house number and street before cells that are read as the end of a line. */
const STREET = ['', ''];

type TownAndState = Pick<Place, 'city' | 'state'>;

/** A place as its own cells have it. */
export interface CellPlace extends Place {
  /**
   * What the town's cell says if its last word is a state (`Acme LA`), where no other cell of the place tells one. The line may.
   * Undefined where it is none, or where that is settled.
   */
  readonly ending: TownAndState | undefined;
}

/** Reads the place's cells, also when state and ZIP code changed places or one cell holds both. */
export function readPlaceCells(cityCell: string, stateCell: string, zipCell: string): CellPlace {
  let zip = readZip(zipCell);
  let state = readState(stateCell);
  if (zip === '' && state === '') {
    zip = readZip(stateCell);
    state = readState(zipCell);
  }
  if (state === '' || zip === '') {
    const cells = splitWords(`${stateCell} ${zipCell}`.slice(0, LONGEST_CELL));
    const both = takePlaceTail(new Words([...STREET, ',', ...cells]), true);
    if (state === '') state = both.state;
    if (zip === '') zip = both.zip;
  }
  const town = readCityCell(cityCell);
  const place = { ...town, state: state || town.state, zip: zip || town.zip };
  const told = toldState(state, zip);
  return told === '' ? place : { ...withEnding(place, told), ending: undefined };
}

/** The place, now that the end of the line is known, too. */
export function settlePlace(place: CellPlace, tail: Pick<Place, 'state' | 'zip'>): Place {
  return place.ending === undefined ? place : withEnding(place, toldState(tail.state, tail.zip));
}

/** A state is at the end of the town's cell unless another one is told: then the word is part of the name (`Rocky Mt`, NC). */
function withEnding(place: CellPlace, told: string): Place {
  const { ending, city, state, zip } = place;
  if (ending === undefined || (told !== '' && told !== ending.state)) return { city, state, zip };
  return { ...ending, zip };
}

function toldState(state: string, zip: string): string {
  return state || (stateOfZip(zip) ?? '');
}

/** A city's cell may hold state and ZIP code too. */
function readCityCell(cell: string): CellPlace {
  const line = new Words([...STREET, ...splitWords(cell.slice(0, LONGEST_CELL))]);
  const { start, state, zip } = takePlaceTail(line, false);
  const name = line.skip(STREET.length).until(start).rest;
  return { city: readCity(name), state, zip, ending: state === '' ? endingOf(name) : undefined };
}

/** `Acme LA`, `Newark N J`: a state's code behind a town. Longer names of states are parts of towns' (`Port Washington`, `East New York`). */
function endingOf(name: readonly string[]): TownAndState | undefined {
  for (const length of [1, 2]) {
    const code = name.slice(-length);
    const state = code.join('').length === 2 ? stateCode(code.join(' ')) : undefined;
    const town = name.slice(0, -length);
    // `East LA` is a part of a town.
    const isTown = town.some((word) => /[A-Z]{2}/.test(word) && standardDirection(word) === undefined);
    const city = readCity(town);
    if (state !== undefined && isTown && city !== '') return { city, state };
  }
  return undefined;
}
