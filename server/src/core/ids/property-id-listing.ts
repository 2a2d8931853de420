/** The property ids of a request as it lists them: packed while they are read, so that a million are never held as values. */
import { decodePropertyIds, PropertyIdEncoder } from './property-ids.ts';

/** Of one request. */
export const MAX_PROPERTY_IDS = 1_000_000;
const MOST_OFFENDERS_NAMED = 20;
const SHOWN_CHARACTERS = 60;

function isPropertyId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** Of a nested value only its kind, since it may be large. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, SHOWN_CHARACTERS)) : String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

/** Takes the elements of a list in their order. Of more than `MAX_PROPERTY_IDS` it only counts them. */
export class PropertyIdListing {
  readonly #encoder = new PropertyIdEncoder();
  readonly #named: string[] = [];
  #count = 0;
  #offenders = 0;

  static of(values: readonly unknown[]): PropertyIdListing {
    const listing = new PropertyIdListing();
    for (const value of values) listing.add(value);
    return listing;
  }

  add(value: unknown): void {
    if (isPropertyId(value)) this.addId(value);
    else this.addOffender(() => value);
  }

  addId(id: number): void {
    if (this.#count++ < MAX_PROPERTY_IDS) this.#encoder.add(id);
  }

  /** An element that is no id. `value` is called for the first ones only. */
  addOffender(value: () => unknown): void {
    if (this.#named.length < MOST_OFFENDERS_NAMED) this.#named.push(`[${this.#count}] ${shown(value())}`);
    this.#offenders++;
    this.#count++;
  }

  /** Further offenders are only counted. */
  get hasNamedEnough(): boolean {
    return this.#named.length === MOST_OFFENDERS_NAMED;
  }

  /** How many elements the list has, ids or not. */
  get count(): number {
    return this.#count;
  }

  get offenders(): number {
    return this.#offenders;
  }

  /** The first elements that are no ids, with their places, and how many more there are. */
  describeOffenders(): string {
    const more = this.#offenders > this.#named.length ? ` and ${this.#offenders - this.#named.length} more` : '';
    return `${this.#offenders} ${this.#offenders === 1 ? 'is' : 'are'} not, counted from 0: ${this.#named.join(', ')}${more}`;
  }

  /** Each id once, in the order of the list. */
  distinct(): ReadonlySet<number> {
    return new Set(decodePropertyIds(this.#encoder.finish()));
  }
}
