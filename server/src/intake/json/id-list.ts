/** JSON lists of up to a million ids: they are taken one by one as they arrive, and never held as values. */
import type { JsonValue } from '../../core/ports/intake.ts';
import { COMMA } from '../bytes/characters.ts';
import type { JsonReader } from './json-reader.ts';

/** The whole is an object, the list its field. */
const ID_LIST_DEPTH = 2;
/** An element that is not an id is kept for the message, and is not long. */
const MAX_ELEMENT_BYTES = 65_536;

/** What becomes of the elements of a list. */
export interface IdElements {
  /** Takes an element that is written in a common way, and is completely at hand. False, with nothing taken, at any other. */
  takeAtHand(): boolean;
  /** Takes the element, whatever it is. */
  takeAny(): Promise<void>;
}

/**
 * The common case, without promises: elements and the commas between them as far as the bytes at hand go. True after an element, false
 * before one that is something else or is incomplete.
 */
function takePlain({ text }: JsonReader, elements: IdElements): boolean {
  const { window } = text;
  while (elements.takeAtHand()) {
    text.skipWhiteSpace();
    if (window.bytes[window.at] !== COMMA) return true;
    window.at++;
    text.skipWhiteSpace();
  }
  return false;
}

/** Reads the whole list, from its bracket on. Throws `invalid_parameter` for broken syntax. */
export async function readIdList(json: JsonReader, elements: IdElements): Promise<void> {
  const { text } = json;
  text.window.at++;
  if ((await text.peek()) === ']') {
    text.window.at++;
    return;
  }
  for (;;) {
    if (!takePlain(json, elements)) await elements.takeAny();
    if ((await text.take(',]', '"," or "]" behind an element')) === ']') return;
    await text.peek();
  }
}

/** The value of an element of any kind. */
export function readElement(json: JsonReader): Promise<JsonValue> {
  return json.text.shortly(MAX_ELEMENT_BYTES, () => json.value(ID_LIST_DEPTH));
}
