/**
 * JSON (RFC 8259) as a stream of bytes, read by recursive descent: a value is built while the text arrives. Python's notation of the
 * same values, which customers paste from documentation, differs in quotes and three words and is read if it is small.
 */
import { type JsonValue, MAX_OBJECT_CONTAINERS, MAX_OBJECT_DEPTH, MAX_OBJECT_FIELDS } from '../../core/ports/intake.ts';
import { BACKSLASH, FIRST_PRINTABLE, SINGLE_QUOTE } from '../bytes/characters.ts';
import { readEscape } from './escapes.ts';
import type { JsonText } from './json-text.ts';

const MAX_WORD_LENGTH = 1024;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const PYTHON_WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** Letters, digits, signs: what numbers and words are made of. */
const WORD_BYTES: ReadonlySet<number> = new Set(
  Buffer.from('0123456789+-._abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'),
);

/** An own property, whatever its name: assigning `__proto__` would change the object’s prototype. */
function setField(object: Record<string, JsonValue>, name: string, value: JsonValue): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Reads one field's value in its own way; false leaves it to the reader. `field` is an own field of the outermost object. */
export type ReadField = (field: string) => Promise<boolean>;

/** Leaves every field to the reader. */
export const NO_FIELD: ReadField = async () => false;

export class JsonReader {
  readonly text: JsonText;
  #containers = 0;
  #fields = 0;

  constructor(text: JsonText) {
    this.text = text;
  }

  /** The outermost object, which must be the whole text. */
  async document(readField: ReadField): Promise<Record<string, JsonValue>> {
    const { text } = this;
    await text.skipMark();
    if ((await text.peek()) !== '{') text.expected('"{", for the whole is an object');
    const object = await this.#object(1, readField);
    if ((await text.peek()) !== '') text.expected('nothing more behind the object');
    text.judgeSize();
    return object;
  }

  /** Nested in this many objects and arrays. */
  async value(depth: number): Promise<JsonValue> {
    const { text } = this;
    const next = await text.peek();
    text.judgeSize();
    if (next === '"' || next === "'") return this.#string();
    if (next !== '{' && next !== '[') return this.#word();
    if (depth >= MAX_OBJECT_DEPTH) text.refuse(`it nests deeper than ${MAX_OBJECT_DEPTH} levels`);
    return next === '{' ? this.#object(depth + 1, NO_FIELD) : this.#array(depth + 1);
  }

  async #object(depth: number, readField: ReadField): Promise<Record<string, JsonValue>> {
    const { text } = this;
    const object: Record<string, JsonValue> = {};
    this.#countContainer();
    text.window.at++;
    if ((await text.peek()) === '}') {
      text.window.at++;
      return object;
    }
    do {
      const quote = await text.peek();
      if (quote !== '"' && quote !== "'") text.expected('a field name in double quotes');
      if (++this.#fields > MAX_OBJECT_FIELDS) text.refuse(`it holds more than ${MAX_OBJECT_FIELDS} fields`);
      const name = await this.#string();
      await text.take(':', '":" behind a field name');
      if (!(await readField(name))) setField(object, name, await this.value(depth));
    } while ((await text.take(',}', '"," or "}" behind a field')) === ',');
    return object;
  }

  #countContainer(): void {
    if (++this.#containers <= MAX_OBJECT_CONTAINERS) return;
    this.text.refuse(`it holds more than ${MAX_OBJECT_CONTAINERS} lists and objects`);
  }

  async #array(depth: number): Promise<JsonValue[]> {
    const { text } = this;
    const array: JsonValue[] = [];
    this.#countContainer();
    text.window.at++;
    if ((await text.peek()) === ']') {
      text.window.at++;
      return array;
    }
    do array.push(await this.value(depth));
    while ((await text.take(',]', '"," or "]" behind an element')) === ',');
    return array;
  }

  async #word(): Promise<JsonValue> {
    const { text } = this;
    const { window } = text;
    let length = 0;
    while (length < MAX_WORD_LENGTH && (await window.has(length + 1))) {
      if (!WORD_BYTES.has(window.bytes[window.at + length] ?? 0)) break;
      length++;
    }
    const word = window.bytes.toString('latin1', window.at, window.at + length);
    const isNumber = NUMBER.test(word);
    const isPython = PYTHON_WORDS.has(word);
    if (length === MAX_WORD_LENGTH) text.expected('a shorter number');
    if (!isNumber && !isPython && !WORDS.has(word)) text.expected('a value');
    if (isPython) text.becomePython();
    window.at += length;
    return isNumber ? Number(word) : (WORDS.get(word) ?? PYTHON_WORDS.get(word) ?? null);
  }

  async #string(): Promise<string> {
    const { text } = this;
    const { window } = text;
    const quote = window.bytes[window.at];
    if (quote === SINGLE_QUOTE) text.becomePython();
    window.at++;
    let read = '';
    let raw: Uint8Array[] = [];
    for (;;) {
      raw.push(this.#takePlain(quote));
      const byte = window.bytes[window.at];
      if (byte === undefined) {
        if (!(await text.fill())) text.expected('the end of a string');
        continue;
      }
      read += this.#decode(raw);
      raw = [];
      if (byte === quote) break;
      if (byte !== BACKSLASH) text.expected('an escape for a control character within a string');
      read += await readEscape(text);
    }
    window.at++;
    return read;
  }

  /** The bytes at hand as far as they are plain characters of a string. */
  #takePlain(quote: number | undefined): Uint8Array {
    const { window } = this.text;
    const { bytes, at } = window;
    let continuations = 0;
    let end = at;
    for (; end < bytes.length; end++) {
      const byte = bytes[end] ?? 0;
      if (byte === quote || byte === BACKSLASH || byte < FIRST_PRINTABLE) break;
      if ((byte & 0xc0) === 0x80) continuations++;
    }
    this.text.addContinuations(continuations);
    window.at = end;
    return bytes.subarray(at, end);
  }

  #decode(raw: readonly Uint8Array[]): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(raw));
    } catch (error) {
      if (error instanceof TypeError) this.text.refuseBytes('the string that ends here holds bytes that are not UTF-8');
      throw error;
    }
  }
}
