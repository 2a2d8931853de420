/**
 * The grammar of conditions:
 *
 *     condition  = term { OR term }
 *     term       = factor { AND factor }
 *     factor     = NOT factor | "(" condition ")" | comparison
 *     comparison = name ( operator literal | [NOT] IN "(" literal { "," literal } ")"
 *                       | [NOT] BETWEEN literal AND literal | IS [NOT] NULL )
 *     operator   = "=" | "<>" | "!=" | "<" | "<=" | ">" | ">="
 *     literal    = number | 'text' | 2025-01-31 | TRUE | FALSE
 *
 * Words are read in either case, names as they are.
 */
import { ConveyanceError } from '../errors.ts';
import { refuseAt, type Token, tokensOf } from './tokens.ts';

export type Operator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'compare'; readonly name: Token; readonly operator: Operator; readonly value: Token }
  | { readonly kind: 'in'; readonly name: Token; readonly values: readonly Token[] }
  | { readonly kind: 'between'; readonly name: Token; readonly low: Token; readonly high: Token }
  | { readonly kind: 'is-null'; readonly name: Token }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] };

/** Deeper ones are nobody's. */
const DEEPEST = 32;
/** Lists of ids come in files. */
export const MOST_VALUES = 1_000;

const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const WORDS = ['AND', 'OR', 'NOT', 'IN', 'BETWEEN', 'IS', 'NULL', 'TRUE', 'FALSE'] as const;
type Word = (typeof WORDS)[number];

function wordOf({ kind, text }: Token): Word | null {
  const upper = text.toUpperCase();
  return kind === 'name' ? (WORDS.find((word) => word === upper) ?? null) : null;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #values = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Condition {
    const condition = this.#condition();
    if (this.#peek().kind !== 'end') refuseAt(this.#peek(), 'AND, OR or the end');
    return condition;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: 1 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #takeWord(word: Word): boolean {
    const isThere = wordOf(this.#peek()) === word;
    if (isThere) this.#next++;
    return isThere;
  }

  #takeSymbol(symbol: string): boolean {
    const { kind, text } = this.#peek();
    const isThere = kind === 'symbol' && text === symbol;
    if (isThere) this.#next++;
    return isThere;
  }

  #condition(): Condition {
    return this.#joined('or', 'OR', () => this.#joined('and', 'AND', () => this.#factor()));
  }

  #joined(kind: 'and' | 'or', word: Word, part: () => Condition): Condition {
    const conditions = [part()];
    while (this.#takeWord(word)) conditions.push(part());
    const [only] = conditions;
    return conditions.length === 1 && only !== undefined ? only : { kind, conditions };
  }

  #deeper<Result>(work: () => Result): Result {
    if (++this.#depth > DEEPEST) {
      const { at } = this.#peek();
      throw new ConveyanceError('invalid_parameter', `condition, character ${at}: more than ${DEEPEST} levels deep`);
    }
    const result = work();
    this.#depth--;
    return result;
  }

  #factor(): Condition {
    if (this.#takeWord('NOT')) return this.#deeper(() => ({ kind: 'not', condition: this.#factor() }));
    if (!this.#takeSymbol('(')) return this.#comparison();
    return this.#deeper(() => {
      const condition = this.#condition();
      if (!this.#takeSymbol(')')) refuseAt(this.#peek(), 'AND, OR or )');
      return condition;
    });
  }

  #comparison(): Condition {
    const name = this.#take();
    if (name.kind !== 'name' || wordOf(name) !== null) refuseAt(name, 'the name of a column, NOT or (');
    const { kind, text } = this.#peek();
    const operator = kind === 'symbol' ? OPERATORS[text] : undefined;
    if (operator !== undefined) {
      this.#next++;
      return { kind: 'compare', name, operator, value: this.#literal() };
    }
    if (this.#takeWord('IS')) return this.#isNull(name);
    if (this.#takeWord('NOT')) return { kind: 'not', condition: this.#set(name, 'IN or BETWEEN') };
    return this.#set(name, 'one of =, <>, <, <=, >, >=, IN, BETWEEN, IS');
  }

  #isNull(name: Token): Condition {
    const isNot = this.#takeWord('NOT');
    if (!this.#takeWord('NULL')) refuseAt(this.#peek(), isNot ? 'NULL' : 'NULL or NOT NULL');
    const isNull: Condition = { kind: 'is-null', name };
    return isNot ? { kind: 'not', condition: isNull } : isNull;
  }

  #set(name: Token, expected: string): Condition {
    if (this.#takeWord('IN')) return { kind: 'in', name, values: this.#list() };
    if (!this.#takeWord('BETWEEN')) refuseAt(this.#peek(), expected);
    const low = this.#literal();
    if (!this.#takeWord('AND')) refuseAt(this.#peek(), 'AND');
    return { kind: 'between', name, low, high: this.#literal() };
  }

  #list(): readonly Token[] {
    if (!this.#takeSymbol('(')) refuseAt(this.#peek(), '(');
    const values = [this.#literal()];
    while (this.#takeSymbol(',')) values.push(this.#literal());
    if (!this.#takeSymbol(')')) refuseAt(this.#peek(), '"," or )');
    return values;
  }

  #literal(): Token {
    const token = this.#take();
    const word = wordOf(token);
    const isWord = token.kind === 'name' && word !== 'TRUE' && word !== 'FALSE';
    if (isWord || token.kind === 'symbol' || token.kind === 'end') {
      refuseAt(token, "a number, a text in ' (as 'Rome'), a day, TRUE or FALSE");
    }
    if (++this.#values > MOST_VALUES) {
      throw new ConveyanceError('invalid_parameter', `a condition has at most ${MOST_VALUES} values`);
    }
    return token;
  }
}

/** Throws `invalid_parameter` with the place and what was expected there. */
export function parseCondition(text: string): Condition {
  return new Parser(tokensOf(text)).whole();
}
