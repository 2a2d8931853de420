/**
 * Fields that nobody reads. Clients may have some of their own, which are ignored; a misspelt one is not the same: what it asks for
 * would be left out without a word.
 */
import type { Fault } from '../faults.ts';
import { isMisspelling, likelyHint } from './nearest.ts';

/** Enough of a name to find it in the request. */
const SHOWN_CHARACTERS = 64;

export interface KnownNames {
  /** How messages call what has the names: `the specification`. */
  readonly of: string;
  /** What a name is called there. */
  readonly kind: 'field' | 'parameter';
  readonly known: readonly string[];
  /** Full names of what is known one level deeper, where it is easily looked for here; for hints only. */
  readonly elsewhere?: readonly string[];
}

function shown(name: string): string {
  return name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name;
}

/** What to say of a name that is not known, with the nearest that is. */
function unknownName({ of, kind, known, elsewhere = [] }: KnownNames, name: string): string {
  return `${of} has unknown ${kind} ${shown(name)}${likelyHint(name, [...known, ...elsewhere])}`;
}

/** A fault for each name that is none of the known. */
export function unknownNames(names: readonly string[], among: KnownNames): readonly Fault[] {
  return names.filter((name) => !among.known.includes(name)).map((name) => () => unknownName(among, name));
}

/** A fault for each name that is a known one misspelt. All others are the client's own. */
export function misspeltNames(names: readonly string[], among: KnownNames): readonly Fault[] {
  return unknownNames(
    names.filter((name) => isMisspelling(name, among.known)),
    among,
  );
}
