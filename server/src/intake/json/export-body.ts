/** The body of a request for an export: up to a million ids as whole numbers, packed as they arrive, and a few small fields. */
import { ConveyanceError } from '../../core/errors.ts';
import { PropertyIdListing } from '../../core/ids/property-id-listing.ts';
import { type ExportBody, type JsonObject, MAX_OBJECT_BYTES } from '../../core/ports/intake.ts';
import { BACKSLASH, COMMA, DOUBLE_QUOTE, FIRST_PRINTABLE } from '../bytes/characters.ts';
import { type IdElements, readElement, readIdList } from './id-list.ts';
import type { JsonReader } from './json-reader.ts';
import { withJson } from './read-object.ts';

const NAME = 'the request body';
const FIELD = 'property_ids';
/** Elements that are written in no common way. They are read one by one, which takes a hundred times as long. */
const MOST_ODD_ELEMENTS = 20_000;
/** More are read as a number of any size is. */
const MOST_DIGITS = 15;
const FIRST_DIGIT = 0x30;
const LAST_DIGIT = 0x39;
const DOT = 0x2e;
const LIST_END = 0x5d;
const LAST_PRINTABLE = 0x7e;

class ListReader implements IdElements {
  readonly #json: JsonReader;
  readonly listing = new PropertyIdListing();
  #odd = 0;

  constructor(json: JsonReader) {
    this.#json = json;
  }

  takeAtHand(): boolean {
    return this.#takeNumber() || this.#takeString();
  }

  /** A whole number, which some programs write as `99001416.0`, with what ends it at hand. */
  #takeNumber(): boolean {
    const { window } = this.#json.text;
    const { bytes, at: start } = window;
    let at = start;
    let value = 0;
    for (let byte = bytes[at]; byte !== undefined && byte >= FIRST_DIGIT && byte <= LAST_DIGIT; byte = bytes[++at]) {
      value = value * 10 + (byte - FIRST_DIGIT);
    }
    const digits = at - start;
    if (digits === 0 || digits > MOST_DIGITS || value === 0 || bytes[start] === FIRST_DIGIT) return false;
    if (bytes[at] === DOT && bytes[at + 1] === FIRST_DIGIT) at += 2;
    const next = bytes[at];
    if (next !== COMMA && next !== LIST_END) return false;
    window.at = at;
    this.listing.addId(value);
    return true;
  }

  /** A short text in plain characters, which is no id. The first ones are to be shown, and read as any value is. */
  #takeString(): boolean {
    const { window } = this.#json.text;
    const { bytes } = window;
    if (bytes[window.at] !== DOUBLE_QUOTE || !this.listing.hasNamedEnough) return false;
    let at = window.at + 1;
    for (let byte = bytes[at]; byte !== DOUBLE_QUOTE; byte = bytes[++at]) {
      if (byte === undefined || byte === BACKSLASH || byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE) return false;
    }
    window.at = at + 1;
    this.listing.addOffender(() => null);
    return true;
  }

  async takeAny(): Promise<void> {
    if (++this.#odd > MOST_ODD_ELEMENTS) {
      throw new ConveyanceError(
        'invalid_parameter',
        `${FIELD} must contain only positive integers, written as such; it holds more than ${MOST_ODD_ELEMENTS} other values`,
      );
    }
    this.listing.add(await readElement(this.#json));
  }
}

/** `Intake.readExportBody`. */
export function readExportBody(body: AsyncIterable<Uint8Array>): Promise<ExportBody> {
  return withJson(body, { name: NAME, maxBytes: MAX_OBJECT_BYTES, isStrict: true, isSpaceFree: true }, async (json) => {
    const { text } = json;
    let propertyIds: PropertyIdListing | null = null;
    const fields: JsonObject = await json.document(async (field) => {
      if (field !== FIELD) return false;
      // Whatever stood there before.
      propertyIds = null;
      if ((await text.peek()) !== '[') return false;
      const reader = new ListReader(json);
      await text.uncounted(() => readIdList(json, reader));
      propertyIds = reader.listing;
      return true;
    });
    return { propertyIds, fields };
  });
}
