/** A condition's text in words. */
import { ConveyanceError } from '../errors.ts';

export interface Token {
  /** `name`: also the words of the grammar · `day`: `2025-01-31` without quotes. */
  readonly kind: 'name' | 'number' | 'text' | 'day' | 'symbol' | 'end';
  /** As it stands there; of a text what it says. */
  readonly text: string;
  /** From 1. */
  readonly at: number;
}

/** Some 1,000 ids; it is stored with what it was used for. */
export const LONGEST_CONDITION = 10_000;

const SHOWN = 40;

/** Throws `invalid_parameter` with the place and what was expected there. */
export function refuseAt({ at, kind, text }: Token, expected: string): never {
  const found = kind === 'end' ? 'the condition ends' : `there is ${JSON.stringify(text.slice(0, SHOWN))}`;
  throw new ConveyanceError('invalid_parameter', `condition, character ${at}: ${expected} is expected, ${found}`);
}

type Form = readonly [kind: Token['kind'] | 'blank', form: RegExp];

/** The first that fits is taken: a day before a number, and symbols of two characters before those of one. */
const FORMS: readonly Form[] = [
  ['blank', /\s+/y],
  ['day', /\d{4}-\d{2}-\d{2}(?![\w.-])/y],
  ['number', /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y],
  ['name', /[a-z_]\w*/iy],
  ['text', /'(?:[^']|'')*'/y],
  ['symbol', /<>|!=|<=|>=|[<>=(),]/y],
];

function tokenAt(text: string, index: number): { readonly kind: Token['kind'] | 'blank'; readonly raw: string } | null {
  for (const [kind, form] of FORMS) {
    form.lastIndex = index;
    const found = form.exec(text);
    if (found !== null) return { kind, raw: found[0] };
  }
  return null;
}

/** What stands where no word begins. */
function refuseUnread(text: string, index: number): never {
  const rest = text.slice(index);
  const at = index + 1;
  if (rest.startsWith("'")) refuseAt({ kind: 'end', text: '', at: text.length + 1 }, "the ' that ends the text");
  refuseAt({ kind: 'symbol', text: rest, at }, "a name, a number, a text in ' or an operator");
}

/** The words, and an `end` after them. Throws `invalid_parameter`. */
export function tokensOf(text: string): readonly Token[] {
  if (text.length > LONGEST_CONDITION) {
    throw new ConveyanceError('invalid_parameter', `a condition has at most ${LONGEST_CONDITION} characters`);
  }
  const tokens: Token[] = [];
  let index = 0;
  while (index < text.length) {
    const found = tokenAt(text, index) ?? refuseUnread(text, index);
    const { kind, raw } = found;
    const said = kind === 'text' ? raw.slice(1, -1).replaceAll("''", "'") : raw;
    if (kind !== 'blank') tokens.push({ kind, text: said, at: index + 1 });
    index += raw.length;
  }
  return [...tokens, { kind: 'end', text: '', at: text.length + 1 }];
}
