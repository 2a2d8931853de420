/**
 * Fields that nobody reads. Clients may have some of their own, which are ignored; a misspelt field is different: what it asks for
 * would be silently left out.
 */
import type { Fault } from '../faults.ts';
import { isMisspelling, likelyHint } from './nearest.ts';

/** Enough of a name or a word to find it in the request. */
export const SHOWN_CHARACTERS = 64;

export interface KnownNames {
  /** What messages call the object with the names: `the specification`. */
  readonly of: string;
  /** What messages call a name in it. */
  readonly kind: 'field' | 'parameter';
  readonly known: readonly string[];
  /** Full names of what is known one level deeper, where it is easily looked for in the wrong place; for hints only. */
  readonly elsewhere?: readonly string[];
}

function shown(name: string): string {
  return name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name;
}

/** The message for an unknown name, with the nearest known one. */
function unknownName({ of, kind, known, elsewhere = [] }: KnownNames, name: string): string {
  return `${of} has unknown ${kind} ${shown(name)}${likelyHint(name, [...known, ...elsewhere])}`;
}

/** A fault for each unknown name. */
export function unknownNames(names: readonly string[], among: KnownNames): readonly Fault[] {
  return names.filter((name) => !among.known.includes(name)).map((name) => () => unknownName(among, name));
}

/** A fault for each misspelt known name. All others are the client's own. */
export function misspeltNames(names: readonly string[], among: KnownNames): readonly Fault[] {
  return unknownNames(
    names.filter((name) => isMisspelling(name, among.known)),
    among,
  );
}
