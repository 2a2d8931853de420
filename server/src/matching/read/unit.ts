/** Units in one spelling: `APT. # 13-B`, `Unit 13B` and `#13 B` are all 13B. */
import { ordinalAt } from '../number-words.ts';
import { isFloorWord, isMistypedDesignator, looseDesignator, opensAside, strictDesignator } from '../units.ts';

export interface Unit {
  /** The bare identifier, empty where only a designator stood (`REAR`). */
  readonly id: string;
  /** One behind the unit's last word. */
  readonly next: number;
}

const MARKS = new Set([',', '-', '#', '&', '@']);
const NAMED = new Set(['UNIT', 'APT', 'APARTMENT', '#', 'STE', 'SUITE']);
const IDENTIFIER = /^(?:\d+-?[A-Z0-9]{0,4}|[A-Z]{1,3}-?\d+[A-Z]?|[A-Z]{1,2}-[A-Z0-9]{1,3}|[A-Z])$/;

/** Reads units from `from` on: designators and identifiers, up to the first word that is neither. The first identifier counts. */
export function readUnit(words: readonly string[], from: number, limit: number): Unit {
  let id = '';
  let index = from;
  while (index < limit) {
    const word = words[index] ?? '';
    if (opensAside(word)) break;
    const floor = ordinalAt(words, index);
    if (floor !== undefined && isFloorWord(words[index + floor.words] ?? '')) {
      if (id === '') id = String(floor.value);
      index += floor.words + 1;
      continue;
    }
    if (MARKS.has(word) || isDesignator(word)) {
      if (words[index - 1] === ',' && index > from && !isUnitBehindComma(words, index, limit)) break;
      if (word === ',' && id !== '' && !isDesignator(words[index + 1] ?? '') && words[index + 1] !== '#') break;
      if (id === '' && isNamedUnit(words, index, limit)) id = word;
      index++;
      continue;
    }
    const identifies =
      IDENTIFIER.test(word) || (NAMED.has(words[index - 1] ?? '') && index > from && /^[A-Z0-9-]{1,5}$/.test(word));
    if (!identifies || (id !== '' && !isDesignator(id))) break;
    id += word;
    index++;
    if (/^\d+$/.test(id) && /^[A-Z]$/.test(words[index] ?? '') && index < limit) {
      id += words[index];
      index++;
    }
  }
  return { id: unitId(id), next: index };
}

/** Behind a comma `MIDDLE` may be a unit, or begin the name of a town (Middle Village). */
function isUnitBehindComma(words: readonly string[], index: number, limit: number): boolean {
  const word = words[index] ?? '';
  const next = index + 1 < limit ? (words[index + 1] ?? '') : '';
  if (MARKS.has(word) || strictDesignator(word) !== undefined) return true;
  return next === '' || MARKS.has(next) || isDesignator(next) || IDENTIFIER.test(next);
}

/** `UNIT COMM`, `UNIT STORE 3`, `APT BASEMENT`: behind UNIT and the like, a word that is a designator itself is the identifier. */
function isNamedUnit(words: readonly string[], index: number, limit: number): boolean {
  return (
    index < limit &&
    NAMED.has(words[index - 1] ?? '') &&
    isDesignator(words[index] ?? '') &&
    !NAMED.has(words[index] ?? '')
  );
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
