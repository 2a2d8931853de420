/** The specification of a `property-details` job: up to a million ids, which are never held as text, and a few small fields. */
import { ConveyanceError } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import { UUID_TEXT_LENGTH, UuidListBuilder } from '../../core/ids/uuid-list.ts';
import {
  type DetailsSpecFile,
  type FileSource,
  type JsonObject,
  type JsonValue,
  MAX_OBJECT_BYTES,
  MAX_UPLOADED_IDS,
} from '../../core/ports/intake.ts';
import { openSource } from '../bytes/byte-window.ts';
import { type IdElements, readElement, readIdList } from './id-list.ts';
import type { JsonReader } from './json-reader.ts';
import { withJson } from './read-object.ts';

/** With its quotes. */
const QUOTED_LENGTH = UUID_TEXT_LENGTH + 2;
const SHOWN_FAULTS = 20;
const SHOWN_LENGTH = 60;
const REQUIRED = 'property_ids is required and must be a non-empty array';
const TOO_MANY = `property_ids must contain at most ${MAX_UPLOADED_IDS} IDs`;

class IdReader implements IdElements {
  readonly #json: JsonReader;
  readonly #ids = new UuidListBuilder();
  readonly #faults: string[] = [];
  #faulty = 0;
  #isRead = false;

  constructor(json: JsonReader) {
    this.#json = json;
  }

  /** Reads the whole array. Broken syntax is refused where it occurs, bad ids once all are known. */
  async read(): Promise<void> {
    if (this.#isRead) throw new ConveyanceError('invalid_parameter', 'property_ids stands in the specification twice');
    this.#isRead = true;
    if ((await this.#json.text.peek()) !== '[') throw new ConveyanceError('invalid_parameter', REQUIRED);
    await readIdList(this.#json, this);
  }

  /** Throws the faults of the ids, followed by those of the other fields. */
  finish(otherFaults: readonly Fault[]): DetailsSpecFile['propertyIds'] {
    const fault = this.#fault();
    if (fault === null) return this.#ids.finish();
    throw new ConveyanceError('invalid_parameter', fault, { errors: [fault, ...otherFaults] });
  }

  #fault(): string | null {
    if (this.#faulty === 0) return this.#ids.size === 0 ? REQUIRED : null;
    const more = this.#faulty > this.#faults.length ? ` and ${this.#faulty - this.#faults.length} more` : '';
    const what = this.#faulty === 1 ? '1 value that is no UUID' : `${this.#faulty} values that are not UUIDs`;
    return `property_ids contains ${what}, counted from 0: ${this.#faults.join(', ')}${more}`;
  }

  takeAtHand(): boolean {
    const { text } = this.#json;
    const { window } = text;
    const { bytes, at } = window;
    const quote = bytes[at];
    if (!text.isQuote(quote) || bytes[at + QUOTED_LENGTH - 1] !== quote) return false;
    if (!this.#ids.add(bytes, at + 1)) return false;
    window.at += QUOTED_LENGTH;
    this.#judgeCount();
    return true;
  }

  async takeAny(): Promise<void> {
    const { text } = this.#json;
    if ((await text.window.has(QUOTED_LENGTH)) && this.takeAtHand()) return;
    const value = await readElement(this.#json);
    // An id may be written with escapes.
    const bytes = typeof value === 'string' ? Buffer.from(value) : null;
    if (bytes?.length === UUID_TEXT_LENGTH && this.#ids.add(bytes, 0)) return this.#judgeCount();
    if (this.#faults.length < SHOWN_FAULTS) this.#faults.push(`[${this.#count}] ${shown(value)}`);
    this.#faulty++;
    this.#judgeCount();
  }

  get #count(): number {
    return this.#ids.size + this.#faulty;
  }

  #judgeCount(): void {
    if (this.#count > MAX_UPLOADED_IDS) throw new ConveyanceError('invalid_parameter', TOO_MANY);
  }
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

/** `Intake.readDetailsSpec`. */
export async function readDetailsSpec(
  file: FileSource,
  faultsOf: (fields: JsonObject) => readonly Fault[] = () => [],
): Promise<DetailsSpecFile> {
  return withJson(openSource(file), { name: 'the job specification', maxBytes: MAX_OBJECT_BYTES }, async (json) => {
    const ids = new IdReader(json);
    const fields = await json.document(async (field) => {
      if (field !== 'property_ids') return false;
      await json.text.uncounted(() => ids.read());
      return true;
    });
    return { propertyIds: ids.finish(faultsOf(fields)), fields };
  });
}
