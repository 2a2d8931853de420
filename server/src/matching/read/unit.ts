/** Units in one spelling: `APT. # 13-B`, `Unit 13B` and `#13 B` are all 13B. */

import { ordinalAt } from '../number-words.ts';
import { isStreetType } from '../suffixes.ts';
import { isFloorWord, isMistypedDesignator, looseDesignator, opensAside, strictDesignator } from '../units.ts';
import type { Words } from '../words.ts';
import { isBox } from './street-run.ts';
import { MARKS } from './text.ts';

export interface Unit {
  /** The bare identifier, empty if only a designator stood (`REAR`). */
  readonly id: string;
  readonly behind: Words;
}

const NAMED = new Set(['UNIT', 'APT', 'APARTMENT', '#', 'STE', 'SUITE']);
const IDENTIFIER = /^(?:\d+-?[A-Z0-9]{0,4}|[A-Z]{1,3}-?\d+[A-Z]?|[A-Z]{1,2}-[A-Z0-9]{1,3}|[A-Z])$/;

/** Reads units from here on: designators and identifiers, up to the first word that is neither. The first identifier counts. */
export function readUnit(from: Words): Unit {
  let id = '';
  let at = from;
  while (!at.isOver) {
    const { word } = at;
    const isBehindAnother = at.index > from.index;
    if (opensAside(word) || isBox(at)) break;
    if (isBehindAnother && MARKS.has(at.peek(-1)) && at.peek(-1) !== '#' && opensAddress(at)) break;
    const floor = ordinalAt(at);
    if (floor !== undefined && isFloorWord(at.peek(floor.words))) {
      if (id === '') id = String(floor.value);
      at = at.skip(floor.words + 1);
      continue;
    }
    if (MARKS.has(word) || isDesignator(word)) {
      if (isBehindAnother && at.peek(-1) === ',' && !isUnitBehindComma(at)) break;
      if (word === ',' && id !== '' && !isDesignator(at.peek(1)) && at.peek(1) !== '#') break;
      if (id === '' && isNamedUnit(at)) id = word;
      at = at.skip(1);
      continue;
    }
    const identifies =
      IDENTIFIER.test(word) || (isBehindAnother && NAMED.has(at.peek(-1)) && /^[A-Z0-9-]{1,5}$/.test(word));
    if (!identifies || (id !== '' && !isDesignator(id))) break;
    id += word;
    at = at.skip(1);
    if (/^\d+$/.test(id) && /^[A-Z]$/.test(at.word) && !at.isOver && !isBox(at)) {
      id += at.word;
      at = at.skip(1);
    }
  }
  return { id: unitId(id), behind: at };
}

/** True at a further address: a number, a name and a street type before the next mark. */
export function opensAddress(from: Words): boolean {
  if (!/^\d/.test(from.word)) return false;
  const first = from.skip(1);
  for (let at = first; !at.isOver && !MARKS.has(at.word); at = at.skip(1)) {
    if (at.index > first.index && isStreetType(at.word)) return true;
  }
  return false;
}

/** After a comma `MIDDLE` may be a unit, or begin the name of a town (Middle Village). */
function isUnitBehindComma(at: Words): boolean {
  const { word } = at;
  const next = at.has(2) ? at.peek(1) : '';
  if (MARKS.has(word) || strictDesignator(word) !== undefined) return true;
  return next === '' || MARKS.has(next) || isDesignator(next) || IDENTIFIER.test(next);
}

/** `UNIT COMM`, `UNIT STORE 3`, `APT BASEMENT`: after UNIT and the like, a word that is a designator itself is the identifier. */
function isNamedUnit(at: Words): boolean {
  return NAMED.has(at.peek(-1)) && isDesignator(at.word) && !NAMED.has(at.word);
}

/** An identifier without marks and leading zeros. */
export function unitId(text: string): string {
  return text.replace(/[^A-Z0-9]/g, '').replace(/^0+(?=[A-Z0-9])/, '');
}

function isDesignator(word: string): boolean {
  return (
    isMistypedDesignator(word) ||
    strictDesignator(word) !== undefined ||
    looseDesignator(word) !== undefined ||
    word === 'NO' ||
    word === 'NUMBER' ||
    word === 'NUM'
  );
}
