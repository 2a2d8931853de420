/** What was made for a key, for as long as it is asked for again. Emptied when full, so that no file fills the memory. */
export class Remembered<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;
  readonly #longestKey: number;

  /** @param longestKey in letters; what has a longer one is made each time */
  constructor(most: number, longestKey: number) {
    this.#most = most;
    this.#longestKey = longestKey;
  }

  get(key: string, make: () => Value): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = make();
    if (key.length > this.#longestKey) return value;
    if (this.#values.size >= this.#most) this.#values.clear();
    this.#values.set(key, value);
    return value;
  }
}
