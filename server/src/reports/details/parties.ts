/**
 * Whose name it is: a person's or an organization's. Sources put both in one column, and the filter of personal data must neither let a
 * person through nor empty the column. What is not recognizably an organization counts as a person.
 */
import { allOf, anyOf, coalesced, compared, type Expression, literal, negated } from '../../core/plan/expression.ts';
import type { PersonalWhere } from './detail.ts';
import { LAND_WORDS, ORGANIZATION_ENDINGS, ORGANIZATION_PHRASES, PERSON_PHRASES } from './party-words.ts';

/** A party in a deed or a tax roll. */
export const PARTY_KINDS = ['individual', 'company', 'trust', 'government', 'nonprofit', 'other'] as const;
/** Kinds whose names are those of organizations, whatever they look like. A trust is often a family's. */
const ORGANIZED_KINDS: readonly (typeof PARTY_KINDS)[number][] = ['company', 'government', 'nonprofit'];

function speaksOfPerson(name: Expression): Expression {
  return { node: 'has-phrase', value: name, phrases: PERSON_PHRASES, endings: [] };
}

/** Never null: an unknown name is nobody's. */
function isOrganization(name: Expression): Expression {
  const isNamedSo: Expression = {
    node: 'has-phrase',
    value: name,
    phrases: ORGANIZATION_PHRASES,
    endings: ORGANIZATION_ENDINGS,
  };
  return coalesced(allOf(isNamedSo, negated(speaksOfPerson(name))), literal(false));
}

/** True unless the name is recognizably an organization's. */
export function isPersonsName(name: Expression): Expression {
  return negated(isOrganization(name));
}

/** True for a person, and for a party of unknown kind whose name is not recognizably an organization's. */
export function isPerson(kind: Expression, name: Expression): Expression {
  const known = coalesced(kind, literal('other'));
  const isOrganized = anyOf(...ORGANIZED_KINDS.map((each) => compared(known, '=', literal(each))));
  return anyOf(
    compared(known, '=', literal('individual')),
    coalesced(speaksOfPerson(name), literal(false)),
    allOf(negated(isOrganized), isPersonsName(name)),
  );
}

/** For a column of names, a part of them, or what stands beside a name and leads to its bearer. */
export function unlessOrganization(
  name: Expression,
  words = 'unless it is recognizably an organization’s',
): PersonalWhere {
  return { leavesOut: 'value', condition: isPersonsName(name), words };
}

/** A plat may be called by one word that is in no list; a person has two. */
const MOST_OTHER_WORDS = 1;

/** True for the words of a deed about land that may name a person, such as a neighbor or a former owner. */
export function maySpeakOfPerson(landDescription: Expression): Expression {
  const others: Expression = { node: 'other-words', value: landDescription, words: LAND_WORDS };
  return coalesced(compared(others, '>', literal(MOST_OTHER_WORDS)), literal(false));
}
