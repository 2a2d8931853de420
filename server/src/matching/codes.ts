/** What may differ between a row's address and a property's: what it is called, and what it costs. */

/** Points, which add up. A missing suffix and a missing direction cost the same together as alone: all that merely lack something tie. */
export const COST = {
  numberInRange: 2,
  numberJoined: 3,
  numberLetter: 3,
  initials: 2,
  abbreviated: 6,
  misspelt: 8,
  furtherError: 6,
  cut: 9,
  missing: 4,
  moved: 1,
  zipMissing: 0,
  zipWrong: 10,
  cityMissing: 3,
  citySpelling: 3,
  cityWrong: 12,
  stateWrong: 10,
  /** Of readings after the likeliest, before anything is compared. */
  furtherReading: 1,
  prefixReading: 3,
  guessedReading: 8,
} as const;
/** Two severe differences together leave too little that agrees. */
export const HIGHEST_COST = 22;

interface CodeDescription {
  /** As people read it. */
  readonly points: string;
  readonly meaning: string;
}

const { missing } = COST;
const ONCE = `${missing}, once for all that is missing`;

/** In the order in which an address is compared. `docs/match-codes.md` is made of it. */
export const MATCH_CODES = {
  number_in_range: {
    points: `${COST.numberInRange}`,
    meaning: 'One side has a range of houses that holds the other’s number: `102 Main St` and `100-104 Main St`.',
  },
  number_joined: {
    points: `${COST.numberJoined}`,
    meaning: 'Only one side has the hyphen, where houses have none as a rule: `8882 Elm St` and `88-82 Elm St`.',
  },
  number_letter: {
    points: `${COST.numberLetter}`,
    meaning: 'Only one side has a letter or a fraction behind the number: `12A Elm St` and `12 Elm St`.',
  },
  letter_moved: {
    points: `${COST.moved}`,
    meaning:
      'A letter stands behind the number on one side and is the unit on the other: `300B Elm St` and `300 Elm St #B`.',
  },
  name_spelling: {
    points: `${COST.misspelt}, and ${COST.furtherError} for each further error`,
    meaning: 'The street’s name is misspelt: `Lexingtn Ave`. How many errors it may have depends on its length.',
  },
  name_abbreviated: {
    points: `${COST.initials} for a missing initial, else ${COST.abbreviated}`,
    meaning: 'The name is shortened: `Wash Ave` for Washington Avenue, `James Polite` for James A Polite.',
  },
  name_cut: {
    points: `${COST.cut}`,
    meaning: 'The name is cut off, or one side has more words: `Martin Luther Blvd` and `Martin Luther King Blvd`.',
  },
  suffix_cut: { points: `${missing}`, meaning: 'The street’s type is cut off: `Veterans Memorial Hi` for Highway.' },
  suffix_missing: { points: ONCE, meaning: 'Only one side has a street type: `100 Main` and `100 Main St`.' },
  road_variant: {
    points: `${missing}`,
    meaning:
      'Only one side says that it is the business, alternate, bypass or spur route of a road, or one says FM and the other RM: `US Hwy 31 Business` and `US Hwy 31`. No more than `PARTIAL`.',
  },
  direction_missing: { points: ONCE, meaning: 'Only one side has a direction: `100 Main St` and `100 N Main St`.' },
  direction_moved: {
    points: `${COST.moved}, or 0 beside suffix_missing`,
    meaning: 'The direction stands on the other side of the name: `100 Main St N` and `100 N Main St`.',
  },
  zip_missing: { points: `${COST.zipMissing}`, meaning: 'The row has no ZIP code; city and state agree.' },
  zip_wrong: { points: `${COST.zipWrong}`, meaning: 'The row has another ZIP code; the city agrees.' },
  city_missing: {
    points: `${COST.cityMissing}`,
    meaning: 'Neither ZIP code nor city are there to compare; the state agrees.',
  },
  city_spelling: {
    points: `${COST.citySpelling}`,
    meaning: 'The city is misspelt or abbreviated. Beside the right ZIP code that is not told.',
  },
  city_wrong: {
    points: `0 where the ZIP code agrees, else ${COST.cityWrong}`,
    meaning:
      'The row has another city. Without the ZIP code’s word for it that is evidence for no more than `PARTIAL`.',
  },
  state_wrong: {
    points: `${COST.stateWrong}`,
    meaning:
      'The row has another state, although the ZIP code agrees. Without an agreeing city no more than `PARTIAL`.',
  },
  other_reading: {
    points: `${COST.furtherReading}, ${COST.prefixReading} without the last words, ${COST.guessedReading} for a guess at a word`,
    meaning: 'The line was read in another way than the likeliest: `Thrid Ave` as 3rd Avenue.',
  },
  unit_unknown: {
    points: '0',
    meaning: 'The row names a unit that is not on file; the building, or another unit of it, answers.',
  },
} as const satisfies Readonly<Record<string, CodeDescription>>;

export type MatchCode = keyof typeof MATCH_CODES;
