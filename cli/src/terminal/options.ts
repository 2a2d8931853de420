/** The kinds of options and arguments that commands declare. Each reads what was typed into the value that the command gets. */
import { isCalendarDay, lastDayOfMonth } from './days.ts';
import { usage } from './errors.ts';

export interface Option<Value> {
  /** `<id>`; null for a switch. */
  readonly placeholder: string | null;
  readonly short?: string;
  readonly description: string;
  readonly required: boolean;
  /** `typed`: every value in the order given; a switch gives one empty text. */
  read(typed: readonly string[], flag: string): Value;
}

export interface Argument<Value> {
  readonly description: string;
  readonly variadic: boolean;
  /** True if it may be left out. */
  readonly optional: boolean;
  read(typed: readonly string[]): Value;
}

interface Described {
  readonly short?: string;
  readonly description: string;
}

export function flag(described: Described): Option<boolean> {
  return { ...described, placeholder: null, required: false, read: (typed) => typed.length > 0 };
}

export function text(placeholder: string, described: Described): Option<string | undefined> {
  return { ...described, placeholder, required: false, read: (typed) => typed.at(-1) };
}

export function requiredText(placeholder: string, described: Described): Option<string> {
  return { ...described, placeholder, required: true, read: (typed) => typed.at(-1) ?? '' };
}

export function texts(placeholder: string, described: Described): Option<readonly string[]> {
  return { ...described, placeholder, required: false, read: (typed) => typed };
}

/** One of a few words. */
export function choice<const Word extends string>(
  words: readonly Word[],
  { description, ...rest }: Described,
): Option<Word | undefined> {
  return {
    ...rest,
    description: `${description} One of: ${words.join(', ')}.`,
    placeholder: '<word>',
    required: false,
    read(typed, flagName) {
      const word = typed.at(-1);
      const known = words.find((candidate) => candidate === word);
      if (word !== undefined && known === undefined) {
        throw usage(`${flagName} must be one of: ${words.join(', ')}; got "${word}"`);
      }
      return known;
    },
  };
}

export function wholeNumber(placeholder: string, lowest: number, described: Described): Option<number | undefined> {
  return {
    ...described,
    placeholder,
    required: false,
    read(typed, flagName) {
      const word = typed.at(-1);
      if (word === undefined) return undefined;
      const number = /^\d{1,15}$/.test(word) ? Number(word) : Number.NaN;
      if (number >= lowest) return number;
      throw usage(`${flagName} must be a whole number from ${lowest}; got "${word}"`);
    },
  };
}

const MONTH_FORM = /^\d{4}-(0[1-9]|1[0-2])$/;

/** A calendar day, or a month, which stands for its first or last day. */
export function day(edge: 'first' | 'last', described: Described): Option<string | undefined> {
  return {
    ...described,
    placeholder: '<day>',
    required: false,
    read(typed, flagName) {
      const word = typed.at(-1);
      if (word === undefined || isCalendarDay(word)) return word;
      if (MONTH_FORM.test(word)) return edge === 'first' ? `${word}-01` : lastDayOfMonth(word);
      throw usage(`${flagName} must be a day (2025-01-31) or a month (2025-01); got "${word}"`);
    },
  };
}

export function month(described: Described): Option<string | undefined> {
  return {
    ...described,
    placeholder: '<month>',
    required: false,
    read(typed, flagName) {
      const word = typed.at(-1);
      if (word === undefined || MONTH_FORM.test(word)) return word;
      throw usage(`${flagName} must be a month (2025-12); got "${word}"`);
    },
  };
}

export function argument(description: string): Argument<string> {
  return { description, variadic: false, optional: false, read: ([typed = '']) => typed };
}

export function argumentList(description: string): Argument<readonly string[]> {
  return { description, variadic: true, optional: false, read: (typed) => typed };
}

/** One or none. */
export function optionalArgument(description: string): Argument<string | undefined> {
  return { description, variadic: false, optional: true, read: ([typed]) => typed };
}

/** Any number, including none. */
export function optionalArguments(description: string): Argument<readonly string[]> {
  return { description, variadic: true, optional: true, read: (typed) => typed };
}
