/** How two numbered roads agree. A number, a letter or a class is never corrected; at most one side leaves something out. */

import type { Street } from '../read/street.ts';
import { ANY_ROAD, foreignClass, MISTAKEN_CLASSES, OPEN_CLASSES } from '../road-classes.ts';

export interface RoadAgreement {
  /** What only one side tells: the class, or the variant. */
  readonly missing: 'class' | 'variant' | undefined;
  /** The road that the two are, if they are one. */
  readonly suffix: string;
  /** The directions to compare: `35E` is also written `35 E`. */
  readonly typed: Street;
  readonly filed: Street;
}

const DIRECTED = /^((?:OLD )?HWY \d+)([NSEW])$/;
const WITH_VARIANT = /^(.+) (BUS|BYP|ALT|TRUCK|SPUR|LOOP|CONN|EXT)$/;

/** Undefined for two roads. `state` is the filed road's. */
export function compareRoads(typed: Street, filed: Street, state: string): RoadAgreement | undefined {
  const [typedName, typedVariant] = nameAndVariant(typed.name);
  const [filedName, filedVariant] = nameAndVariant(filed.name);
  if (typedVariant !== filedVariant && typedVariant !== '' && filedVariant !== '') return undefined;
  const sides = sameNumber({ ...typed, name: typedName }, { ...filed, name: filedName });
  if (sides === undefined) return undefined;
  const classes = compareClasses(typed.suffix, filed.suffix, state, typedVariant);
  if (classes === undefined) return undefined;
  const isVariant = typedVariant !== filedVariant || classes === 'mistaken';
  const missing = isVariant ? 'variant' : classes === 'open' ? 'class' : undefined;
  return { ...sides, missing, suffix: OPEN_CLASSES.has(filed.suffix) ? typed.suffix : filed.suffix };
}

function nameAndVariant(name: string): readonly [name: string, variant: string] {
  const parts = WITH_VARIANT.exec(name);
  return parts === null ? [name, ''] : [parts[1] ?? '', parts[2] ?? ''];
}

function sameNumber(typed: Street, filed: Street): Pick<RoadAgreement, 'typed' | 'filed'> | undefined {
  if (typed.name === filed.name) return { typed, filed };
  const [left, right] = [directed(typed), directed(filed)];
  return left.name === right.name && left.postdir === right.postdir && left.postdir !== ''
    ? { typed: left, filed: right }
    : undefined;
}

/** `35E` as 35 East; a road that has a direction of its own stays. */
function directed(street: Street): Street {
  const parts = DIRECTED.exec(street.name);
  if (parts === null) {
    if (street.postdir !== '' || street.predir === '') return street;
    return { ...street, predir: '', postdir: street.predir };
  }
  return street.postdir === '' && street.predir === ''
    ? { ...street, name: parts[1] ?? '', postdir: parts[2] ?? '' }
    : street;
}

function compareClasses(
  typed: string,
  filed: string,
  state: string,
  variant: string,
): 'same' | 'open' | 'mistaken' | undefined {
  if (typed === filed || (typed === foreignClass(state) && filed === 'STATE HWY')) return 'same';
  if (MISTAKEN_CLASSES.has(typed) && MISTAKEN_CLASSES.has(filed)) return 'mistaken';
  const isBusiness = variant === 'BUS' && (typed === 'INTERSTATE' || filed === 'INTERSTATE');
  if (isBusiness && (typed === ANY_ROAD || filed === ANY_ROAD)) return 'open';
  const isOpen = OPEN_CLASSES.get(typed)?.has(filed) || OPEN_CLASSES.get(filed)?.has(typed);
  return isOpen ? 'open' : undefined;
}
